#include "ovid/bench/client.hpp"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include "ovid/bench/loopback.hpp"

namespace ovid::bench {
namespace {

/// False if it is not ready within kPatience.
bool ready(int descriptor, short events) {
  pollfd waiting{descriptor, events, 0};
  return poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) != 0;
}

}  // namespace

Client::Client(int port, const Child& node) : node_(&node), connection_(connect_to(port, node)) {}

void Client::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    if (!ready(descriptor(), POLLOUT)) throw BenchError("a node does not read its commands");
    bytes.remove_prefix(write_some(bytes));
  }
}

std::string Client::ask(std::string_view line) {
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
    if (!ready(descriptor(), POLLIN)) throw BenchError(fmt::format("no answer to `{}`", line));
    const ssize_t got = recv(descriptor(), piece.data(), piece.size(), 0);
    if (got <= 0)
      throw BenchError(
          fmt::format("a node ended before it answered `{}`{}", line, node_->why_gone()));
    heard_.append(piece.data(), static_cast<std::size_t>(got));
  }
}

std::size_t Client::write_some(std::string_view bytes) const {
  const std::size_t before = bytes.size();
  if (!send_some(connection_, bytes))
    throw BenchError("a node ended while commands were sent to it" + node_->why_gone());
  return before - bytes.size();
}

}  // namespace ovid::bench
