#include "ovid/net/loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>

#include <sys/random.h>
#include <unistd.h>

#include "ovid/base/check.hpp"
#include "ovid/net/descriptors.hpp"

namespace ovid::net {
namespace {

using namespace std::chrono_literals;

/// Per turn and socket, so that a flood on one does not delay the other sockets or the timers.
constexpr int kMeshMessagesPerTurn = 64;
constexpr int kClientPiecesPerTurn = 32;
/// How long a node that crashes itself still reads what clients send.
constexpr std::chrono::milliseconds kFarewellMax{5};
/// A full connection to a client is tried again after this time.
constexpr base::Duration kReplyRetry = 1ms;

base::Time now() {
  return base::Time(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

std::uint64_t SystemRandom::next() {
  std::uint64_t value = 0;
  while (getrandom(&value, sizeof value, 0) != sizeof value)
    base::check(errno == EINTR, "getrandom");
  return value;
}

Loop::Loop(zmq::context_t& context, const MeshConfig& mesh, const DoorConfig& door,
           const link::Config& links, std::vector<node::Hosted> agents, base::RandomSource& random,
           observe::Stream& stream, node::Store* store, const node::Between& between) try
    : mesh_(context, mesh, stream),
      door_(context, door, stream),
      inbound_descriptor_(mesh_.inbound().get(zmq::sockopt::fd)),
      door_descriptor_(door_.socket().get(zmq::sockopt::fd)),
      node_(links, std::move(agents),
            node::through(between, {mesh_, *this, random, stream, store})) {
  if (door.connections_max == 0) door_.limit(connections_for_clients(mesh.nodes - 1));
} catch (const zmq::error_t& error) {
  cannot_start(error);
}

void Loop::run(int call_descriptor, const std::function<bool()>& is_over) {
  node_.start(now());
  if (crashed_) end_as_if_killed();
  while (!failed_ && (!wait(call_descriptor) || !is_over())) turn();
}

bool Loop::wait(int call_descriptor) {
  const bool reads = node_.accepts_lines();
  const bool looks = reads || !door_.holds_much();
  base::Duration longest = std::max(base::Duration{}, node_.deadline() - now());
  if (replies_left_) longest = std::min(longest, kReplyRetry);
  if (inbound_left_ || (looks && lines_left_) || (reads && door_.has_readable())) longest = {};
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(longest);
  // Polls the sockets' descriptors, because zmq_poll queries each socket four times. But a
  // descriptor reports only what is new (zmq_getsockopt(3), ZMQ_FD), so the loop remembers where
  // something is left.
  std::array<zmq_pollitem_t, 4> items{{
      {nullptr, call_descriptor, ZMQ_POLLIN, 0},
      {nullptr, mesh_.descriptor(), ZMQ_POLLIN, 0},
      {nullptr, inbound_descriptor_, ZMQ_POLLIN, 0},
      {nullptr, door_descriptor_, ZMQ_POLLIN, 0},
  }};
  // While too much is unacknowledged, clients' lines are not taken: a slow peer slows the source.
  // New clients are noticed all the same, until too much input is held.
  const std::size_t count = looks ? items.size() : items.size() - 1;
  if (zmq_poll(items.data(), static_cast<int>(count), timeout.count()) < 0)
    base::check(zmq_errno() == EINTR, "zmq_poll");
  connections_changed_ = items[1].revents != 0;
  inbound_left_ |= items[2].revents != 0;
  lines_left_ |= items[3].revents != 0;
  return items[0].revents != 0;
}

void Loop::turn() {
  node_.turn(now(), *this);
  if (crashed_) end_as_if_killed();
}

void Loop::send_replies() {
  replies_left_ = door_.flush();
  lines_left_ |= door_.sending_took_news();
}

std::size_t Loop::reply_bytes_left() {
  const std::size_t bytes = door_.reply_bytes_left();
  replies_left_ |= bytes > 0;
  return bytes;
}

void Loop::give_reports(link::Receiver& to) {
  if (connections_changed_) mesh_.report_connections(to);
}

void Loop::give_messages(link::Receiver& to) {
  if (inbound_left_) inbound_left_ = mesh_.receive_some(to, kMeshMessagesPerTurn);
}

void Loop::give_lines(node::Node& to) {
  const auto on_line = [&to](base::ClientId client, std::string_view line) {
    to.take(node::Said{client, line});
    return to.accepts_lines();
  };
  if (to.accepts_lines()) door_.read_held(on_line);
  if (lines_left_)
    lines_left_ = door_.receive_some(on_line, kClientPiecesPerTurn, to.accepts_lines());
  for (const base::ClientId client : door_.take_gone()) to.take(node::Left{client});
}

void Loop::reply(base::ClientId client, base::Rope text) {
  door_.reply(client, std::move(text));
}

/// If the process ended with unread input of a client, the kernel would reset that connection, and
/// the lab's master prints an error then. So input that arrived with the last command is read
/// first.
void Loop::end_as_if_killed() {
  door_.say_farewell(kFarewellMax);
  kill(getpid(), SIGKILL);
  _exit(128 + SIGKILL);  // the kernel ignores the signal for process 1 of a container
}

}  // namespace ovid::net
