#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "../net/ports.hpp"
#include "../net/tcp.hpp"
#include "stage.hpp"
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ovid/net/mesh.hpp"

namespace ovid::transport_test {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 120s;
/// So many attempts certainly fill the queue of a listener whose queue has room for one.
constexpr int kFull = 8;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// Listens but never accepts. The kernel still completes connections while its queue has room.
class Listener {
 public:
  Listener(int port, int queue) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(static_cast<std::uint16_t>(port));
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int one = 1;
    setsockopt(socket_.number(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(socket_.number(), any(), sizeof address_) != 0 || listen(socket_.number(), queue) != 0)
      throw std::runtime_error("a port of the test is taken");
  }
  /// Once the queue is full, the kernel drops all further requests for connections.
  void fill() {
    for (int i = 0; i < kFull; ++i) {
      const Descriptor& last =
          waiting_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      if (connect(last.number(), any(), sizeof address_) != 0 && errno != EINPROGRESS)
        throw std::runtime_error("the queue cannot be filled");
    }
  }

 private:
  const sockaddr* any() const { return reinterpret_cast<const sockaddr*>(&address_); }

  sockaddr_in address_{};
  Descriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::vector<Descriptor> waiting_;
};

struct Process {
  explicit Process(const net::MeshConfig& config) : mesh(context, config, stream) {}

  zmq::context_t context = net::make_context();
  observe::Stream stream;
  net::Mesh mesh;
};

class RealStage final : public Stage {
 public:
  void start(int node) override {
    clear(node);
    net::MeshConfig config;
    config.self = {static_cast<std::uint16_t>(node)};
    config.nodes = kNodes;
    config.base_port = ports_.mesh();
    processes_[at(node)].emplace(config);
  }
  void clear(int node) override {
    processes_[at(node)].reset();
    listeners_[at(node)].reset();
  }
  void be_silent(int node) override {
    clear(node);
    listeners_[at(node)].emplace(ports_.mesh(node), 100);
  }
  void be_unreachable(int node) override {
    clear(node);
    listeners_[at(node)].emplace(ports_.mesh(node), 0);
    listeners_[at(node)]->fill();
  }
  void cut(int node) override { net_test::cut_connections_to(ports_.mesh(node)); }

  link::Transport& transport(int node) override { return mesh(node); }
  bool has_news(int node) override {
    pollfd item{mesh(node).descriptor(), POLLIN, 0};
    return poll(&item, 1, 0) == 1;
  }
  void give_reports(int node, link::Receiver& to) override { mesh(node).report_connections(to); }
  void give_messages(int node, link::Receiver& to, int budget) override {
    mesh(node).receive_some(to, budget);
  }

  base::Time now() override {
    return base::Time(std::chrono::steady_clock::now().time_since_epoch());
  }
  bool wait() override {
    std::this_thread::sleep_for(100us);
    return std::chrono::steady_clock::now() - began_ < kPatience;
  }

 private:
  static std::size_t at(int node) { return static_cast<std::size_t>(node); }
  net::Mesh& mesh(int node) { return processes_[at(node)].value().mesh; }

  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  const net_test::Ports ports_;
  std::array<std::optional<Process>, kNodes> processes_;
  std::array<std::optional<Listener>, kNodes> listeners_;
};

}  // namespace

std::unique_ptr<Stage> real_stage() {
  return std::make_unique<RealStage>();
}

}  // namespace ovid::transport_test
