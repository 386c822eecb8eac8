#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <thread>

#include "../net/ports.hpp"
#include "../net/tcp.hpp"
#include "file_store.hpp"
#include "player.hpp"
#include "stage.hpp"
#include <fcntl.h>
#include <unistd.h>

#include "ovid/bench/child.hpp"
#include "ovid/net/loop.hpp"

namespace ovid::worlds_test {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

/// A folder that is removed with its contents.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "ovid-worlds-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no folder for a test");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class RealStage final : public Stage {
 public:
  RealStage() {
    for (int node = 0; node < 2; ++node) restart(node);
  }

  void line(int node, const std::string& text) override { client(node).send(text + "\n"); }
  void change_client(int node) override { clients_[node].reset(); }
  void restart(int node) override {
    clients_[node].reset();
    processes_[node].reset();
    processes_[node].emplace(bench::Child::run(
        [this, node](const bench::Channel& parent) { serve(node, parent.descriptor()); }));
  }
  std::vector<std::string> seen(int node) override { return lines_of(seen_path(node)); }
  std::string answer(int node) override { return client(node).line(); }
  bool runs(int node) override { return !processes_[node]->ended(); }
  bool wait() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return std::chrono::steady_clock::now() - began_ < kPatience;
  }

 private:
  std::string seen_path(int node) const { return folder_ / ("seen." + std::to_string(node)); }
  static std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  /// In a separate process.
  void serve(int node, int parent) const {
    const int seen = open(seen_path(node).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const auto saw = [seen](const std::string& what) {
      const std::string line = what + "\n";
      if (write(seen, line.data(), line.size()) < 0) std::abort();
    };
    net::MeshConfig mesh;
    mesh.self = {static_cast<std::uint16_t>(node)};
    mesh.nodes = 2;
    mesh.base_port = ports_.mesh();
    const auto links = link::Config::for_grid(mesh.self, mesh.nodes, mesh.nodes);
    FileStore store(folder_ / ("store." + std::to_string(node)));
    observe::Stream nobody_reads;
    net::SystemRandom random;
    zmq::context_t context = net::make_context();
    net::Loop loop(context, mesh, {.port = ports_.master(node)}, links,
                   node::alone("player", std::make_unique<Player>(saw)), random, nobody_reads,
                   &store);
    loop.run(parent);
  }

  net_test::Tcp& client(int node) {
    while (!clients_[node]) {
      try {
        clients_[node].emplace(ports_.master(node));
      } catch (const std::exception&) {
        if (!wait()) throw;
      }
    }
    return *clients_[node];
  }

  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  const Folder folder_;
  const net_test::Ports ports_;
  std::optional<bench::Child> processes_[2];
  std::optional<net_test::Tcp> clients_[2];
};

}  // namespace

std::unique_ptr<Stage> real_stage() {
  return std::make_unique<RealStage>();
}

}  // namespace ovid::worlds_test
