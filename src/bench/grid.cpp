#include "ovid/bench/grid.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <random>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ovid::bench {
namespace {

using namespace std::chrono_literals;

/// Below: master ports are not allowed. Above: where Linux begins with ephemeral ports.
constexpr int kPortMin = 11000;
constexpr int kPortMax = 32000;
constexpr int kBlocksTried = 200;
constexpr auto kRetry = 1ms;
/// Between two questions to nodes that have not said what they are waited for.
constexpr auto kPause = 100us;
/// Between two looks whether all nodes are still there.
constexpr auto kLook = 100ms;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// sockaddr is how the system calls want every family's address.
const sockaddr* any(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// False if nothing happens for kPatience.
bool ready(int descriptor, short events) {
  pollfd waiting{descriptor, events, 0};
  return poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) != 0;
}

bool is_free(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  const bool free = bind(descriptor, any(address), sizeof address) == 0;
  close(descriptor);
  return free;
}

}  // namespace

int free_ports(int count) {
  std::random_device random;
  for (int i = 0; i < kBlocksTried; ++i) {
    const int first = std::uniform_int_distribution<int>(kPortMin, kPortMax - count)(random);
    bool all = true;
    for (int port = first; all && port < first + count; ++port) all = is_free(port);
    if (all) return first;
  }
  throw BenchError(fmt::format("no {} neighbouring free ports", count));
}

// ---- Master

Master::Master(int port, const Child& node) : node_(&node), descriptor_(-1) {
  const sockaddr_in address = loopback(port);
  const auto end = Clock::now() + kPatience;
  for (;;) {
    descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor_, any(address), sizeof address) == 0) break;
    close(descriptor_);
    descriptor_ = -1;
    if (const auto how = node.ended())
      throw BenchError(fmt::format("the node for port {} has ended: {}", port, *how));
    if (Clock::now() > end) throw BenchError(fmt::format("no node listens on port {}", port));
    std::this_thread::sleep_for(kRetry);
  }
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Master::~Master() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Master::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    if (!ready(descriptor_, POLLOUT)) throw BenchError("a node does not read its master");
    bytes.remove_prefix(write_some(bytes));
  }
}

std::string Master::ask(std::string_view line) {
  write(fmt::format("{}\n", line));
  std::array<char, 65536> piece;
  for (std::size_t searched = 0;;) {
    const std::size_t end = heard_.find('\n', searched);
    if (end != std::string::npos) {
      std::string rest = heard_.substr(end + 1);
      std::string answer = std::exchange(heard_, std::move(rest));  // may be long: not copied
      answer.resize(end);
      return answer;
    }
    searched = heard_.size();
    if (!ready(descriptor_, POLLIN)) throw BenchError(fmt::format("no answer to `{}`", line));
    const ssize_t got = recv(descriptor_, piece.data(), piece.size(), 0);
    if (got <= 0)
      throw BenchError(
          fmt::format("a node went while it was asked `{}`{}", line, node_->why_gone()));
    heard_.append(piece.data(), static_cast<std::size_t>(got));
  }
}

std::size_t Master::write_some(std::string_view bytes) const {
  const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EINTR) return 0;
  throw BenchError("a node went while it was told something" + node_->why_gone());
}

// ---- Grid

Grid::Grid(std::string program, int nodes)
    : program_(std::move(program)), base_port_(free_ports(2 * nodes)) {
  nodes_.resize(static_cast<std::size_t>(nodes));
  for (int node = 0; node < nodes; ++node) start(node);
}

void Grid::start(int node) {
  nodes_[static_cast<std::size_t>(node)].process.push_back(
      Child::run({program_, "node", std::to_string(node), std::to_string(size()),
                  std::to_string(master_port(node)), "--base-port", std::to_string(base_port_)}));
}

void Grid::kill(int node) {
  Place& place = nodes_[static_cast<std::size_t>(node)];
  place.process.clear();
  place.master.clear();
}

Master& Grid::master(int node) {
  Place& place = nodes_[static_cast<std::size_t>(node)];
  if (place.master.empty()) place.master.emplace_back(master_port(node), place.process.front());
  return place.master.front();
}

const Child& Grid::process(int node) const {
  return nodes_[static_cast<std::size_t>(node)].process.front();
}

void Grid::await_answer(int node, std::string_view question, const std::string& expected,
                        Clock::time_point end) {
  auto look_at = Clock::now() + kLook;
  while (master(node).ask(question) != expected) {
    if (Clock::now() > look_at) {
      check_all();
      look_at = Clock::now() + kLook;
    }
    if (Clock::now() > end)
      throw BenchError(fmt::format("node {} never said `{}`", node, expected));
    std::this_thread::sleep_for(kPause);
  }
}

void Grid::check_all() const {
  for (int node = 0; node < size(); ++node)
    for (const Child& process : nodes_[static_cast<std::size_t>(node)].process)
      if (const auto how = process.ended())
        throw BenchError(fmt::format("node {} has ended: {}", node, *how));
}

/// One after the other: a question costs as much of the processor as what is waited for, and
/// whoever is asked later has mostly seen it by then.
Clock::time_point Grid::await_alive(const std::vector<int>& at, const std::vector<int>& shown) {
  const std::string expected = fmt::format("alive {}", fmt::join(shown, ","));
  const auto end = Clock::now() + kPatience;
  for (const int node : at) await_answer(node, "alive", expected, end);
  return Clock::now();
}

void Grid::await_whole() {
  await_alive(others(), others());
}

void Grid::await_count(std::int64_t messages) {
  const auto end = Clock::now() + kPatience;
  const std::string expected = fmt::format("count {}", messages);
  for (const int node : others()) await_answer(node, "count", expected, end);
}

std::vector<int> Grid::others(int without) const {
  std::vector<int> ids;
  for (int id = 0; id < size(); ++id)
    if (id != without) ids.push_back(id);
  return ids;
}

Seconds Grid::processor_time() const {
  Seconds total{};
  for (const Place& place : nodes_)
    for (const Child& process : place.process) total += process.processor_time();
  return total;
}

}  // namespace ovid::bench
