#include "ovid/net/master_door.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ovid/wire/foreign.hpp"
#include "ovid/wire/master_line.hpp"

namespace ovid::net {
namespace {

using observe::CloseReason;

/// Pieces (of up to 256 KiB) per connection between this door and TCP.
constexpr int kSendQueueMax = 8;
/// Received pieces (of up to 8 KiB, libzmq's own batch) per connection before TCP pushes back.
constexpr int kReceiveQueueMax = 64;
/// A client that does not read its answers and sends so much in the meantime is disconnected.
constexpr std::size_t kHeldBytesMax = 2 * wire::kLineBytesMax;
/// So many bytes of held lines are processed before the loop looks at its other sockets.
constexpr std::size_t kReadPerTurn = std::size_t{256} << 10;
/// While no lines are wanted, at most so much is read from all connections together.
constexpr std::size_t kHeldBytesMany = 8 * wire::kLineBytesMax;

}  // namespace

MasterDoor::MasterDoor(zmq::context_t& context, const DoorConfig& config, observe::Stream& stream)
    : answers_(config.answers),
      connections_max_(config.connections_max > 0 ? config.connections_max
                                                  : std::numeric_limits<int>::max()),
      stream_(stream),
      socket_(context, zmq::socket_type::stream) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.set(zmq::sockopt::sndhwm, kSendQueueMax);
  socket_.set(zmq::sockopt::rcvhwm, kReceiveQueueMax);
  keep_alive(socket_);
  bind_or_throw(socket_, config.host, config.port, "master");
}

bool MasterDoor::holds_much() const {
  return held_ >= kHeldBytesMany;
}

bool MasterDoor::receive_some(const OnLine& on_line, int budget, bool wanted) {
  zmq::message_t id;
  zmq::message_t piece;
  wanted_ = wanted;
  for (; budget > 0 && (wanted_ || !holds_much()); --budget) {
    read_in_turn_ = 0;
    if (!receive(socket_, id)) return false;
    if (!id.more() || !receive(socket_, piece)) continue;
    const std::string key(view_of(id));
    const auto known = connections_.find(key);
    if (piece.size() > 0) {
      if (known != connections_.end()) take(known->second, view_of(piece), on_line);
    } else if (known != connections_.end()) {
      forget(known);
    } else {
      accept(key, descriptor_of(piece));
    }
  }
  return true;
}

/// libzmq has already accepted the connection and may have used a descriptor that peers need. If
/// there are too many clients, it is closed at once, which frees its descriptor.
void MasterDoor::accept(const std::string& id, int descriptor) {
  const bool too_many = connections_.size() >= static_cast<std::size_t>(connections_max_);
  const base::ClientId client{++clients_};
  if (too_many)
    stream_.tell(observe::ClientDisconnected{client, CloseReason::TooMany, connections_.size(),
                                             ++too_many_});
  if (too_many && send(id, base::Bytes()) != Sent::NoRoom) return;
  Connection connection{client, wire::LineSplitter(wire::kLineBytesMax)};
  connection.leaving = too_many;
  connection.stream = ReplyStream(descriptor);
  connections_.emplace(id, std::move(connection));
  ids_.emplace(client, id);
}

MasterDoor::Connections::iterator MasterDoor::forget(Connections::iterator connection) {
  hold(connection->second, {});
  ids_.erase(connection->second.client);
  gone_.push_back(connection->second.client);
  return connections_.erase(connection);
}

void MasterDoor::hold(Connection& connection, std::string_view held) {
  held_ += held.size() - connection.held.size();
  connection.held = held;
}

void MasterDoor::take(Connection& connection, std::string_view piece, const OnLine& on_line) {
  if (connection.leaving) return;
  if (connection.beginning.size() < wire::kBeginningBytes) {
    connection.beginning += piece.substr(0, wire::kBeginningBytes - connection.beginning.size());
    if (wire::begins_tls(connection.beginning)) return disconnect(connection, CloseReason::Tls);
  }
  const bool unread = connection.replies.many();
  if (wanted_ && !unread && connection.held.empty()) return read(connection, piece, on_line);
  if (unread && connection.held.size() + piece.size() > kHeldBytesMax)
    return disconnect(connection, CloseReason::RepliesNotRead);
  connection.held += piece;
  held_ += piece.size();
}

/// All of its held input is in `piece`, if there is any.
void MasterDoor::read(Connection& connection, std::string_view piece, const OnLine& on_line) {
  asks_ = connection.client;
  const std::size_t used = connection.lines.feed(
      piece,
      [&](std::string_view line) {
        if (connection.leaving) return false;
        if (wire::is_http(line)) {
          disconnect(connection, CloseReason::Http);
          return false;
        }
        wanted_ = on_line(connection.client, line);
        read_in_turn_ += line.size() + 1;
        return wanted_ && !connection.replies.many() && read_in_turn_ < kReadPerTurn;
      },
      [&] { refuse_long_line(connection); });
  asks_ = {};
  hold(connection, connection.leaving ? std::string_view() : piece.substr(used));
}

bool MasterDoor::is_readable(const Connection& connection) {
  return !connection.held.empty() && !connection.leaving && !connection.replies.many();
}

bool MasterDoor::has_readable() const {
  return held_ > 0 && std::any_of(connections_.begin(), connections_.end(),
                                  [](const auto& each) { return is_readable(each.second); });
}

void MasterDoor::read_held(const OnLine& on_line) {
  wanted_ = true;
  read_in_turn_ = 0;
  if (held_ == 0) return;
  for (auto& [id, connection] : connections_) {
    if (!wanted_ || read_in_turn_ >= kReadPerTurn) return;
    if (!is_readable(connection)) continue;
    const std::string held = connection.held;
    hold(connection, {});
    read(connection, held, on_line);
  }
}

void MasterDoor::refuse_long_line(Connection& connection) {
  if (connection.leaving) return;
  // A request line may be of any length, and its end, which says HTTP, has been skipped.
  if (wire::begins_http(connection.beginning)) return disconnect(connection, CloseReason::Http);
  stream_.tell(observe::LineTooLong{connection.client, wire::kLineBytesMax, ++long_lines_});
  reply(connection.client, {base::Bytes::of(wire::error_line(
                               fmt::format("line longer than {} bytes", wire::kLineBytesMax)))});
}

void MasterDoor::reply(base::ClientId client, base::Rope text) {
  const auto found = ids_.find(client);
  if (found == ids_.end()) return;
  Connection& connection = connections_.at(found->second);
  if (connection.leaving) return;
  const Asked asked = client == asks_ ? Asked::Yes : Asked::No;
  if (asked == Asked::No && connection.replies.unasked() >= kUnaskedBytesMax)
    return disconnect(connection, CloseReason::RepliesNotRead);
  if (answers_ == Answers::Length)
    connection.replies.add_with_length(std::move(text), asked);
  else
    connection.replies.add(std::move(text), asked);
}

void MasterDoor::disconnect(Connection& connection, CloseReason why) {
  connection.leaving = true;
  connection.replies = {};
  hold(connection, {});
  std::uint64_t& count = why == CloseReason::RepliesNotRead ? replies_not_read_ : foreign_;
  stream_.tell(
      observe::ClientDisconnected{connection.client, why, connections_.size() - 1, ++count});
}

std::size_t MasterDoor::reply_bytes_left() const {
  std::size_t bytes = 0;
  for (const auto& [id, connection] : connections_)
    if (!connection.leaving) bytes += connection.replies.bytes() + connection.stream.bytes_left();
  return bytes;
}

void MasterDoor::say_farewell(std::chrono::milliseconds max) {
  const Clock::time_point end = Clock::now() + max;
  zmq_pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
  while (!connections_.empty()) {
    drop_input(end);
    const bool last = Clock::now() >= end;
    // What earlier turns have sent may leave until then.
    for (const auto& [id, connection] : connections_)
      if (last || connection.stream.bytes_left() == 0) connection.stream.end();
    if (last) return;
    zmq_poll(&item, 1, 1);
  }
}

void MasterDoor::drop_input(Clock::time_point end) {
  zmq::message_t id;
  zmq::message_t piece;
  while (Clock::now() < end && receive(socket_, id)) {
    if (!id.more() || !receive(socket_, piece) || piece.size() > 0) continue;
    const std::string key(view_of(id));
    if (connections_.erase(key) == 0) accept(key, descriptor_of(piece));
  }
}

Sent MasterDoor::send(const std::string& id, const base::Bytes& bytes) {
  sent_ = true;
  zmq::message_t head(id.data(), id.size());
  const Sent sent = net::send(socket_, head, true);
  if (sent != Sent::Yes) return sent;
  zmq::message_t piece = message_of(bytes);
  return net::send(socket_, piece, false);
}

/// The next piece for it; an empty piece closes the connection.
Sent MasterDoor::send_front(const std::string& id, Connection& connection) {
  const base::Bytes bytes = connection.leaving ? base::Bytes() : connection.replies.front();
  const Sent sent = send(id, bytes);
  if (sent == Sent::Yes && !connection.leaving) {
    connection.replies.pop(bytes.size());
    connection.stream.sent(bytes.size());
  }
  return sent;
}

bool MasterDoor::sending_took_news() {
  return std::exchange(sent_, false) && (socket_.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
}

/// One piece for each client, again and again, until no connection takes more.
bool MasterDoor::flush() {
  bool left = false;
  std::vector<std::string> turn;
  for (const auto& [id, connection] : connections_)
    if (connection.leaving || !connection.replies.empty()) turn.push_back(id);
  while (!turn.empty()) {
    std::vector<std::string> next;
    for (const std::string& id : turn) {
      const auto found = connections_.find(id);
      Connection& connection = found->second;
      const Sent sent = send_front(id, connection);
      if (sent == Sent::NoRoom)
        left = true;
      else if (sent == Sent::NoPeer || connection.leaving)
        forget(found);
      else if (!connection.replies.empty())
        next.push_back(id);
    }
    turn = std::move(next);
  }
  return left;
}

}  // namespace ovid::net
