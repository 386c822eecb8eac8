#pragma once
// The door for masters: plain text lines over TCP, through a STREAM socket. Any number of masters
// may be connected, up to the door's share of the process's descriptors. Each sees its replies in
// the order of its commands. One that does not read them delays nobody else: beyond a bound it is
// not heard until it does, and it is disconnected when it goes on talking. So are web browsers, at
// their first word.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/net/replies.hpp"
#include "ovid/net/zmq.hpp"
#include "ovid/observe/stream.hpp"
#include "ovid/wire/line_splitter.hpp"

namespace ovid::net {

/// How answers are framed: as lines, or as the masters of 2018 and 2019 want them,
/// `<length>-<text>` with the length in bytes and nothing between answers.
enum class Answers : std::uint8_t { Lines, Length };

struct DoorConfig {
  std::string host = "127.0.0.1";  ///< IPv4 address to listen on; masters are not authenticated
  int port = 0;
  Answers answers = Answers::Lines;
  /// Whoever comes when so many are connected is disconnected. 0: as many as the loop finds
  /// descriptors for that the mesh does not need.
  int connections_max = 0;
};

/// Used on the loop's thread. The context and the stream are borrowed.
class MasterDoor {
 public:
  /// False if no further line is wanted for now.
  using OnLine = std::function<bool(base::ClientId, std::string_view)>;

  /// Binds, or throws CannotStart.
  MasterDoor(zmq::context_t& context, const DoorConfig& config, observe::Stream& stream);

  /// From now on whoever comes when so many are connected is disconnected.
  void limit(int connections_max) { connections_max_ = connections_max; }
  /// For the poll set: its descriptor tells when there is something new.
  zmq::socket_t& socket() { return socket_; }

  /// Receives at most `budget` pieces and calls on_line for every line that is complete with them,
  /// until that returns false, and not at all unless `wanted`; what is not wanted is held. True if
  /// more may be there.
  bool receive_some(const OnLine& on_line, int budget, bool wanted);
  /// So much is held that no more should be received while no lines are wanted. Until then those
  /// who come are noticed, and disconnected if they are too many; afterwards they are not.
  bool holds_much() const;
  /// Goes on with what was received and not wanted, or came from masters that did not read their
  /// replies, and now do.
  void hear_the_unheard(const OnLine& on_line);
  /// Somebody's words can be heard now.
  bool has_unheard() const;
  /// Queues a reply, which is one answer and ends in a line feed; dropped if the client is gone.
  void reply(base::ClientId client, base::Rope text);
  /// Sends what fits; true if something is left that should be tried again soon (the socket
  /// cannot say when: it always claims to be writable).
  bool flush();
  /// Since the last call something was sent, in the course of which the socket may have taken
  /// notice of news that its descriptor then does not tell again; and there is some.
  bool sending_took_news();

  /// The masters that have gone since the last call, themselves or disconnected.
  std::vector<base::ClientId> take_gone() { return std::exchange(gone_, {}); }
  /// Takes and drops what comes, until nothing more does for a millisecond, or for `max`. The door
  /// is of no use afterwards.
  void drop_input(std::chrono::milliseconds max);

  std::size_t connections() const { return connections_.size(); }

 private:
  struct Connection {
    base::ClientId client;
    wire::LineSplitter lines;
    std::string beginning{};  // of all that was received
    Replies replies{};
    std::string unheard{};  // received while there were many replies, or no line was wanted
    bool leaving = false;   // to be closed, and not heard any more
  };
  using Connections = std::map<std::string, Connection>;  // by libzmq's routing id

  static bool can_be_heard(const Connection& connection);
  void come(const std::string& id);
  Connections::iterator forget(Connections::iterator connection);
  void take(Connection& connection, std::string_view piece, const OnLine& on_line);
  void hear(Connection& connection, std::string_view piece, const OnLine& on_line);
  void hold(Connection& connection, std::string_view unheard);
  void refuse_long_line(Connection& connection);
  void disconnect(Connection& connection, observe::CloseReason why);
  Sent send(const std::string& id, const base::Bytes& bytes);
  Sent send_front(const std::string& id, Connection& connection);

  const Answers answers_;
  int connections_max_;
  observe::Stream& stream_;
  zmq::socket_t socket_;  // a STREAM
  Connections connections_;
  std::map<base::ClientId, std::string> ids_;
  std::vector<base::ClientId> gone_;  // since take_gone
  std::uint64_t clients_ = 0;         // numbers given out
  std::size_t held_ = 0;              // bytes of all connections' unheard
  std::size_t heard_in_turn_ = 0;     // bytes of held lines
  bool sent_ = false;                 // since sending_took_news was asked
  bool wanted_ = true;                // what on_line said last
  std::uint64_t long_lines_ = 0;
  std::uint64_t deaf_ = 0;
  std::uint64_t foreign_ = 0;
  std::uint64_t sent_away_ = 0;
};

}  // namespace ovid::net
