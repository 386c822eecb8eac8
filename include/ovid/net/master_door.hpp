#pragma once
// The door for masters: plain text lines over TCP, through a STREAM socket. Any number of masters
// may be connected. Each sees its replies in the order of its commands. One that does not read
// them delays nobody else: beyond a bound it is not heard until it does, and it is shown out when
// it goes on talking.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/note.hpp"
#include "ovid/net/zmq.hpp"
#include "ovid/wire/line_splitter.hpp"

namespace ovid::net {

/// How answers are framed: as lines, or as the masters of 2018 and 2019 want them,
/// `<length>-<text>` with the length in bytes and nothing between answers.
enum class Answers : std::uint8_t { Lines, Length };

struct DoorConfig {
  std::string host = "127.0.0.1";  ///< IPv4 address to listen on; masters are not authenticated
  int port = 0;
  Answers answers = Answers::Lines;
};

/// Used on the loop's thread. The notes are borrowed.
class MasterDoor {
 public:
  /// False if no further line is wanted for now.
  using OnLine = std::function<bool(base::ClientId, std::string_view)>;

  /// Binds, or throws CannotStart.
  MasterDoor(zmq::context_t& context, const DoorConfig& config, base::Notes& notes);

  /// For the poll set: its descriptor tells when there is something new.
  zmq::socket_t& socket() { return stream_; }

  /// Receives at most `budget` pieces and calls on_line for every line that is complete with
  /// them, until that returns false; true if more may be there.
  bool receive_some(const OnLine& on_line, int budget);
  /// Goes on with what was received and not wanted, or came from masters that did not read their
  /// replies, and now do.
  void hear_the_unheard(const OnLine& on_line);
  /// Somebody's words can be heard now.
  bool has_unheard() const;
  /// Queues a reply; dropped if the client is gone.
  void reply(base::ClientId client, base::Rope text);
  /// Sends what fits; true if something is left that should be tried again soon (the socket
  /// cannot say when: it always claims to be writable).
  bool flush();
  /// Since the last call something was sent, in the course of which the socket may have taken
  /// notice of news that its descriptor then does not tell again; and there is some.
  bool sending_took_news();

  std::size_t connections() const { return connections_.size(); }

 private:
  /// Replies on their way to one master. Small ones are gathered, large ones shared.
  class Replies {
   public:
    void add(base::Rope text);
    bool empty() const { return pieces_.empty() && gathered_.empty(); }
    /// More than a master that reads would leave unread.
    bool many() const;
    base::Bytes front();
    void pop();

   private:
    void close_gathered();
    struct Piece {
      base::Bytes bytes;
      bool copied = false;
    };
    std::deque<Piece> pieces_;
    std::string gathered_;    // follows pieces_
    std::size_t copied_ = 0;  // bytes of our own in both
  };
  struct Connection {
    base::ClientId client;
    wire::LineSplitter lines;
    Replies replies;
    std::string unheard;   // received while there were many replies
    bool leaving = false;  // shown out; what it still says is not heard
  };
  using Connections = std::map<std::string, Connection>;  // by libzmq's routing id

  static bool can_be_heard(const Connection& connection);
  void take(Connection& connection, std::string_view piece, const OnLine& on_line);
  void hear(Connection& connection, std::string_view piece, const OnLine& on_line);
  void refuse_long_line(const Connection& connection);
  void leave(Connection& connection, std::string_view why);
  Sent send(const std::string& id, const base::Bytes& bytes);

  base::Notes& notes_;
  zmq::socket_t stream_;
  Connections connections_;
  std::map<base::ClientId, std::string> ids_;
  std::uint64_t clients_ = 0;  // numbers given out
  bool sent_ = false;          // since sending_took_news was asked
  bool wanted_ = true;         // what on_line said last
  base::Tally long_lines_;
  base::Tally shown_out_;
};

}  // namespace ovid::net
