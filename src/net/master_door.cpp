#include "ovid/net/master_door.hpp"

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
/// A master that leaves more than this unread, in pieces or in bytes, is shown out. A single reply
/// may be longer.
constexpr std::size_t kUnreadPiecesMax = 4096;
constexpr std::size_t kUnreadBytesMax = std::size_t{1} << 30;

}  // namespace

// ---- Replies

void MasterDoor::Replies::add(base::Rope text) {
  if (!empty() && (bytes_ > kUnreadBytesMax || pieces_.size() > kUnreadPiecesMax)) {
    too_many_ = true;
    return;
  }
  bytes_ += base::size_of(text);
  for (base::Bytes& piece : text) {
    if (piece.size() <= kGatheredPieceMax) {
      gathered_ += piece.view();
      if (gathered_.size() >= kPieceBytesMax) close_gathered();
    } else {
      close_gathered();
      pieces_.push_back(std::move(piece));
    }
  }
}

void MasterDoor::Replies::close_gathered() {
  if (!gathered_.empty()) pieces_.push_back(base::Bytes::of(std::exchange(gathered_, {})));
}

base::Bytes MasterDoor::Replies::front() {
  if (pieces_.empty()) close_gathered();
  return pieces_.front().first(kPieceBytesMax);
}

void MasterDoor::Replies::pop() {
  base::Bytes& front = pieces_.front();
  const std::size_t sent = std::min(front.size(), kPieceBytesMax);
  bytes_ -= sent;
  if (sent == front.size())
    pieces_.pop_front();
  else
    front = front.without_first(sent);
}

// ---- The door

MasterDoor::MasterDoor(zmq::context_t& context, const std::string& host, int port,
                       base::Notes& notes)
    : notes_(notes), stream_(context, zmq::socket_type::stream) {
  stream_.set(zmq::sockopt::linger, 0);
  stream_.set(zmq::sockopt::sndhwm, kSendQueueMax);
  stream_.set(zmq::sockopt::rcvhwm, kReceiveQueueMax);
  bind_or_throw(stream_, host, port, "master");
}

bool MasterDoor::receive_some(const OnLine& on_line, int budget) {
  zmq::message_t id;
  zmq::message_t piece;
  for (; budget > 0; --budget) {
    if (!receive(stream_, id)) return false;
    if (!id.more() || !receive(stream_, piece)) continue;
    const std::string key(view_of(id));
    const auto known = connections_.find(key);
    if (piece.size() > 0) {
      if (known != connections_.end()) take(key, view_of(piece), on_line);
    } else if (known != connections_.end()) {
      ids_.erase(known->second.client);
      connections_.erase(known);
    } else {
      const base::ClientId client{++clients_};
      connections_.emplace(key, Connection{client, wire::LineSplitter(wire::kLineBytesMax), {}});
      ids_.emplace(client, key);
    }
  }
  return true;
}

void MasterDoor::take(const std::string& id, std::string_view piece, const OnLine& on_line) {
  Connection& connection = connections_.at(id);
  connection.lines.feed(
      piece,
      [&](std::string_view line) {
        if (!connection.leaving) on_line(connection.client, line);
      },
      [&] {
        notes_.note(base::Severity::Warning, std::nullopt,
                    fmt::format("master {}: a line of more than {} bytes", connection.client.value,
                                wire::kLineBytesMax));
        reply(connection.client, {base::Bytes::of(wire::error_line(fmt::format(
                                     "line longer than {} bytes", wire::kLineBytesMax)))});
      });
}

void MasterDoor::reply(base::ClientId client, base::Rope text) {
  const auto found = ids_.find(client);
  if (found == ids_.end()) return;
  Connection& connection = connections_.at(found->second);
  if (connection.leaving) return;
  connection.replies.add(std::move(text));
  if (connection.replies.too_many()) leave(connection, "does not read its replies");
}

void MasterDoor::leave(Connection& connection, std::string_view why) {
  connection.leaving = true;
  connection.replies = {};
  notes_.note(base::Severity::Warning, std::nullopt,
              fmt::format("master {}: {}, closing", connection.client.value, why));
}

Sent MasterDoor::send(const std::string& id, const base::Bytes& bytes) {
  zmq::message_t head(id.data(), id.size());
  const Sent sent = net::send(stream_, head, true);
  if (sent != Sent::Yes) return sent;
  zmq::message_t piece = message_of(bytes);
  return net::send(stream_, piece, false);
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
