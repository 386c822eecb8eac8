#include <chrono>
#include <csignal>
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
#include "ovid/observe/text.hpp"

namespace ovid::worlds_test {
namespace {

constexpr auto kPatience = std::chrono::seconds(100);

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

/// A file to which each line is written by a single call, so that a killed process leaves no
/// incomplete line.
class Lines {
 public:
  explicit Lines(const std::string& path)
      : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  void add(const std::string& text) const {
    const std::string line = text + "\n";
    if (write(file_, line.data(), line.size()) < 0) std::abort();
  }

 private:
  const int file_;
};

class Log final : private observe::Reader {
 public:
  explicit Log(const std::string& path) : lines_(path) {
    stream.give(*this, observe::Kinds::of<observe::AgentNote, observe::NodeFailed>());
  }
  observe::Stream stream;

 private:
  void read(const observe::Event& event) override { lines_.add(observe::text_of(event)); }
  const Lines lines_;
};

class RealStage final : public Stage {
 public:
  explicit RealStage(int nodes) : nodes_(static_cast<std::size_t>(nodes)) {
    for (int node = 0; node < nodes; ++node) restart(node, "");
  }

  void line(int node, const std::string& text) override { client(node).send(text + "\n"); }
  void change_client(int node) override { of(node).client.reset(); }
  void kill(int node) override { of(node).process->send_signal(SIGKILL); }
  void restart(int node, const std::string& at_start) override {
    of(node).client.reset();
    of(node).process.reset();
    of(node).process.emplace(bench::Child::run(
        [&, node](const bench::Channel& parent) { serve(node, parent.descriptor(), at_start); },
        bench::Sessions::Own));
  }
  std::vector<std::string> seen(int node) override { return lines_of(seen_path(node)); }
  std::vector<std::string> log(int node) override { return lines_of(log_path(node)); }
  std::string answer(int node) override {
    const std::string line = client(node).line();
    return line == "(end)" && client(node).was_reset() ? "(reset)" : line;
  }
  bool runs(int node) override { return !of(node).process->ended(); }
  bool failed(int node) override {
    return of(node).process->ended().value_or("").starts_with("exit status 1");
  }
  bool wait() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return std::chrono::steady_clock::now() - began_ < kPatience;
  }

 private:
  struct Node {
    std::optional<bench::Child> process;
    std::optional<net_test::Tcp> client;
  };

  Node& of(int node) { return nodes_[static_cast<std::size_t>(node)]; }
  std::string seen_path(int node) const { return folder_ / ("seen." + std::to_string(node)); }
  std::string log_path(int node) const { return folder_ / ("log." + std::to_string(node)); }
  static std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  /// Runs the node; called in a process of its own.
  void serve(int node, int parent, const std::string& at_start) const {
    const Lines seen(seen_path(node));
    const auto saw = [&seen](const std::string& what) { seen.add(what); };
    net::MeshConfig mesh;
    mesh.self = {static_cast<std::uint16_t>(node)};
    mesh.nodes = static_cast<int>(nodes_.size());
    mesh.base_port = ports_.mesh();
    const auto links = link::Config::for_grid(mesh.self, mesh.nodes, mesh.nodes);
    FileStore store(folder_ / ("store." + std::to_string(node)));
    Log log(log_path(node));
    net::SystemRandom random;
    zmq::context_t context = net::make_context();
    net::Loop loop(context, mesh, {.port = ports_.master(node)}, links,
                   node::alone("player", std::make_unique<Player>(saw, at_start)), random,
                   log.stream, &store);
    loop.run(parent);
    if (loop.failed()) throw std::runtime_error("an agent has broken the contract");
  }

  net_test::Tcp& client(int node) {
    std::optional<net_test::Tcp>& client = of(node).client;
    while (!client) {
      try {
        client.emplace(ports_.master(node));
      } catch (const std::exception&) {
        if (!wait()) throw;
      }
    }
    return *client;
  }

  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  const Folder folder_;
  const net_test::Ports ports_;
  std::vector<Node> nodes_;
};

}  // namespace

std::unique_ptr<Stage> real_stage(int nodes) {
  return std::make_unique<RealStage>(nodes);
}

}  // namespace ovid::worlds_test
