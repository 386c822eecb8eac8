#include "ovid/net/master_door.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ovid/wire/master_line.hpp"

namespace ovid::net {
namespace {

/// Replies travel in pieces, so that one long reply does not hold up the other masters.
constexpr std::size_t kPieceBytesMax = std::size_t{256} << 10;
/// Reply pieces up to this size are copied together.
constexpr std::size_t kGatheredPieceMax = 4096;
/// Pieces per connection between this door and TCP.
constexpr int kSendQueueMax = 8;
/// Received pieces (of up to 8 KiB, libzmq's own batch) per connection before TCP pushes back.
constexpr int kReceiveQueueMax = 64;
/// A master with more unread replies than this, in copied bytes or in pieces, is not heard. (Pieces
/// that are shared cost nothing: the log keeps them anyway.)
constexpr std::size_t kCopiedBytesMany = std::size_t{1} << 20;
constexpr std::size_t kPiecesMany = 4096;
/// And if it says so much meanwhile, it is shown out.
constexpr std::size_t kUnheardBytesMax = 2 * wire::kLineBytesMax;

}  // namespace

// ---- Replies

void MasterDoor::Replies::add(base::Rope text) {
  for (base::Bytes& piece : text) {
    if (piece.size() <= kGatheredPieceMax) {
      gathered_ += piece.view();
      copied_ += piece.size();
      if (gathered_.size() >= kPieceBytesMax) close_gathered();
    } else {
      close_gathered();
      pieces_.push_back({std::move(piece), false});
    }
  }
}

bool MasterDoor::Replies::many() const {
  return copied_ >= kCopiedBytesMany || pieces_.size() >= kPiecesMany;
}

void MasterDoor::Replies::close_gathered() {
  if (!gathered_.empty()) pieces_.push_back({base::Bytes::of(std::exchange(gathered_, {})), true});
}

base::Bytes MasterDoor::Replies::front() {
  if (pieces_.empty()) close_gathered();
  return pieces_.front().bytes.first(kPieceBytesMax);
}

void MasterDoor::Replies::pop() {
  Piece& front = pieces_.front();
  const std::size_t sent = std::min(front.bytes.size(), kPieceBytesMax);
  if (front.copied) copied_ -= sent;
  if (sent == front.bytes.size())
    pieces_.pop_front();
  else
    front.bytes = front.bytes.without_first(sent);
}

// ---- The door

MasterDoor::MasterDoor(zmq::context_t& context, const DoorConfig& config, base::Notes& notes)
    : notes_(notes), stream_(context, zmq::socket_type::stream) {
  stream_.set(zmq::sockopt::linger, 0);
  stream_.set(zmq::sockopt::sndhwm, kSendQueueMax);
  stream_.set(zmq::sockopt::rcvhwm, kReceiveQueueMax);
  bind_or_throw(stream_, config.host, config.port, "master");
}

bool MasterDoor::receive_some(const OnLine& on_line, int budget) {
  zmq::message_t id;
  zmq::message_t piece;
  wanted_ = true;
  for (; budget > 0 && wanted_; --budget) {
    if (!receive(stream_, id)) return false;
    if (!id.more() || !receive(stream_, piece)) continue;
    const std::string key(view_of(id));
    const auto known = connections_.find(key);
    if (piece.size() > 0) {
      if (known != connections_.end()) take(known->second, view_of(piece), on_line);
    } else if (known != connections_.end()) {
      ids_.erase(known->second.client);
      connections_.erase(known);
    } else {
      const base::ClientId client{++clients_};
      connections_.emplace(key,
                           Connection{client, wire::LineSplitter(wire::kLineBytesMax), {}, {}});
      ids_.emplace(client, key);
    }
  }
  return true;
}

void MasterDoor::take(Connection& connection, std::string_view piece, const OnLine& on_line) {
  if (connection.leaving) return;
  if (connection.unheard.empty()) return hear(connection, piece, on_line);
  if (connection.unheard.size() + piece.size() > kUnheardBytesMax)
    return leave(connection, "talks on and does not read its replies");
  connection.unheard += piece;
}

void MasterDoor::hear(Connection& connection, std::string_view piece, const OnLine& on_line) {
  const std::size_t heard = connection.lines.feed(
      piece,
      [&](std::string_view line) {
        wanted_ = on_line(connection.client, line);
        return wanted_ && !connection.replies.many();
      },
      [&] { refuse_long_line(connection); });
  connection.unheard = piece.substr(heard);
}

bool MasterDoor::can_be_heard(const Connection& connection) {
  return !connection.unheard.empty() && !connection.leaving && !connection.replies.many();
}

bool MasterDoor::has_unheard() const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& each) { return can_be_heard(each.second); });
}

void MasterDoor::hear_the_unheard(const OnLine& on_line) {
  wanted_ = true;
  for (auto& [id, connection] : connections_)
    if (wanted_ && can_be_heard(connection))
      hear(connection, std::exchange(connection.unheard, {}), on_line);
}

void MasterDoor::refuse_long_line(const Connection& connection) {
  if (long_lines_.count())
    notes_.note(base::Severity::Warning, std::nullopt,
                fmt::format("master {}: {} lines of more than {} bytes", connection.client.value,
                            long_lines_.seen(), wire::kLineBytesMax));
  reply(connection.client, {base::Bytes::of(wire::error_line(
                               fmt::format("line longer than {} bytes", wire::kLineBytesMax)))});
}

void MasterDoor::reply(base::ClientId client, base::Rope text) {
  const auto found = ids_.find(client);
  if (found == ids_.end()) return;
  Connection& connection = connections_.at(found->second);
  if (!connection.leaving) connection.replies.add(std::move(text));
}

void MasterDoor::leave(Connection& connection, std::string_view why) {
  connection.leaving = true;
  connection.replies = {};
  connection.unheard = {};
  if (shown_out_.count())
    notes_.note(
        base::Severity::Warning, std::nullopt,
        fmt::format("closed {}: master {} {}", shown_out_.seen(), connection.client.value, why));
}

Sent MasterDoor::send(const std::string& id, const base::Bytes& bytes) {
  sent_ = true;
  zmq::message_t head(id.data(), id.size());
  const Sent sent = net::send(stream_, head, true);
  if (sent != Sent::Yes) return sent;
  zmq::message_t piece = message_of(bytes);
  return net::send(stream_, piece, false);
}

bool MasterDoor::sending_took_news() {
  return std::exchange(sent_, false) && (stream_.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
}

/// One piece for each master in turn, until nobody takes more. An empty piece closes.
bool MasterDoor::flush() {
  bool left = false;
  std::vector<std::string> turn;
  for (const auto& [id, connection] : connections_)
    if (connection.leaving || !connection.replies.empty()) turn.push_back(id);
  while (!turn.empty()) {
    std::vector<std::string> next;
    for (const std::string& id : turn) {
      Connection& connection = connections_.at(id);
      const bool closing = connection.leaving;
      switch (send(id, closing ? base::Bytes() : connection.replies.front())) {
        case Sent::NoRoom:
          left = true;
          break;
        case Sent::NoPeer:
          ids_.erase(connection.client);
          connections_.erase(id);
          break;
        case Sent::Yes:
          if (closing) {
            ids_.erase(connection.client);
            connections_.erase(id);
          } else {
            connection.replies.pop();
            if (!connection.replies.empty()) next.push_back(id);
          }
      }
    }
    turn = std::move(next);
  }
  return left;
}

}  // namespace ovid::net
