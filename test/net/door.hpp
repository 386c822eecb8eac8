#pragma once
// A master port that runs on a thread of its own. Counts the lines that it receives and records the
// events that it reports.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "ports.hpp"
#include "tcp.hpp"
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ovid/net/master_door.hpp"

namespace ovid::net_test {

/// Counts the events that a log would print as a line.
class LogLines final : public observe::Reader {
 public:
  LogLines() { stream.give(*this, observe::Kinds::all()); }
  void read(const observe::Event& event) override {
    if (observe::is_worth_a_line(event)) ++count;
  }
  observe::Stream stream;
  std::atomic<int> count{0};
};

/// Answers every line: `big <n>` with n MiB (all these answers share their memory), `wide <text>`
/// with 4000 bytes, anything else with its length and the line itself (or its first bytes). After
/// the line `enough` it accepts no further line in that turn.
class Door {
 public:
  explicit Door(net::DoorConfig config = {})
      : stop_(eventfd(0, EFD_CLOEXEC)),
        context_(net::make_context()),
        door_(context_, at(config, ports_.master(0)), log_.stream),
        thread_([this] { run(); }) {}

  ~Door() {
    const std::uint64_t one = 1;
    if (write(stop_, &one, sizeof one) != sizeof one) std::abort();
    thread_.join();
    close(stop_);
  }

  static std::string wide(std::string_view line) { return fmt::format("{:.<4000}\n", line); }
  Tcp connect() const { return Tcp(ports_.master(0)); }
  std::size_t connections() const { return connections_; }
  int log_lines() const { return log_.count; }
  /// How many lines were handed over.
  int heard() const { return heard_; }

 private:
  static net::DoorConfig at(net::DoorConfig config, int port) {
    config.port = port;
    return config;
  }

  bool answer(base::ClientId client, std::string_view line) {
    ++heard_;
    if (line.starts_with("big "))
      door_.reply(client, base::Rope(std::stoul(std::string(line.substr(4))), mebibyte_));
    else if (line.starts_with("wide "))
      door_.reply(client, {base::Bytes::of(wide(line))});
    else
      door_.reply(client,
                  {base::Bytes::of(fmt::format("{}:{}\n", line.size(), line.substr(0, 40)))});
    return line != "enough";
  }

  void run() {
    const net::MasterDoor::OnLine on_line = [this](base::ClientId client, std::string_view line) {
      return answer(client, line);
    };
    const int descriptor = door_.socket().get(zmq::sockopt::fd);
    bool left = true;
    bool replies_left = false;
    for (;;) {
      pollfd items[] = {{stop_, POLLIN, 0}, {descriptor, POLLIN, 0}};
      poll(items, 2, left || door_.has_readable() ? 0 : replies_left ? 1 : 1000);
      if (items[0].revents != 0) return;
      door_.read_held(on_line);
      left = door_.receive_some(on_line, 32, true);
      replies_left = door_.flush();
      left |= door_.sending_took_news();
      connections_ = door_.connections();
    }
  }

  const base::Bytes mebibyte_ = base::Bytes::of(std::string(1 << 20, 'm'));
  Ports ports_;
  LogLines log_;
  int stop_;
  zmq::context_t context_;
  net::MasterDoor door_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<int> heard_{0};
  std::thread thread_;
};

}  // namespace ovid::net_test
