#include "ovid/bench/nats_rate.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <poll.h>

#include "ovid/bench/batches.hpp"
#include "ovid/bench/inbox.hpp"
#include "ovid/bench/loopback.hpp"
#include "ovid/bench/team.hpp"

namespace ovid::bench {
namespace {

/// No letter of the subject or of a record begins a PING.
constexpr const char* kSubject = "room";
constexpr std::string_view kPing = "PING\r\n";

std::string publication(int bytes) {
  return fmt::format("PUB {} {}\r\n{:x<{}}\r\n", kSubject, bytes, "", bytes);
}

/// What a subscriber gets for it; its subscription is number 1.
std::int64_t message_bytes(int bytes) {
  return static_cast<std::int64_t>(fmt::formatted_size("MSG {} 1 {}\r\n\r\n", kSubject, bytes)) +
         bytes;
}

/// Publishes, subscribes, or both; does not get its own records back.
class NatsClient final : public Member {
 public:
  NatsClient(const Part& part, int port)
      : connection_(connect_to(port)),
        batches_(publication(part.load.bytes), part.load.sent_by(part.self)),
        missing_(part.load.received_by(part.self) * message_bytes(part.load.bytes)) {}

  /// Ends when the server knows the subscription.
  void meet() override {
    await("INFO ");
    say(R"(CONNECT {"verbose":false,"pedantic":false,"echo":false,"name":"ovid-bench"})");
    if (missing_ > 0) say(fmt::format("SUB {} 1", kSubject));
    say("PING");
    await("PONG");
    inbox_.clear();
  }

  void work() override {
    while (missing_ > 0 || !unsent_.empty() || !batches_.done()) {
      if (unsent_.empty()) unsent_ = batches_.next();
      pollfd waiting{connection_.number(), POLLIN, 0};
      if (!unsent_.empty()) waiting.events |= POLLOUT;
      poll(&waiting, 1, -1);
      if ((waiting.revents & POLLOUT) != 0 && !send_some(connection_, unsent_)) fail();
      if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0) count();
    }
  }

 private:
  void say(const std::string& line) {
    const std::string bytes = line + "\r\n";
    for (std::string_view left = bytes; !left.empty();)
      if (!send_some(connection_, left)) fail();
  }

  /// Skips the lines before one that begins like this. Afterwards nothing else is unread.
  void await(std::string_view beginning) {
    for (bool found = false; !found;) {
      if (!connection_ || !inbox_.receive(connection_.number(), true)) fail();
      read_lines(inbox_, [&](std::string_view line) {
        found = found || line.starts_with(beginning);
        if (line.starts_with("-ERR")) throw BenchError(fmt::format("nats-server: {}", line));
      });
    }
  }

  /// A PING is not counted. It is not answered either: the server waits for minutes, and a round
  /// takes less.
  void count() {
    if (!inbox_.receive(connection_.number(), false)) fail();
    const std::string_view bytes = inbox_.unread();
    missing_ -= static_cast<std::int64_t>(bytes.size());
    for (std::size_t at = bytes.find('P'); at != bytes.npos; at = bytes.find('P', at + 1))
      missing_ += static_cast<std::int64_t>(kPing.size());
    inbox_.clear();
  }

  [[noreturn]] static void fail() {
    throw BenchError("nats-server has ended a connection, as it does when a client is too slow");
  }

  const Descriptor connection_;
  Batches batches_;
  std::string_view unsent_;  // of the batch
  std::int64_t missing_;     // bytes to be received
  Inbox inbox_;
};

}  // namespace

Rate nats_rate(const std::string& program, const Load& load, Sessions sessions) {
  const int port = free_ports(1);
  const Child server =
      Child::run({program, "-a", "127.0.0.1", "-p", std::to_string(port)}, sessions);
  connect_to(port, server);
  return team_rate(
      load, sessions, [port](const Part& part) { return std::make_unique<NatsClient>(part, port); },
      &server);
}

}  // namespace ovid::bench
