#pragma once
// The master port: text lines over TCP, through a STREAM socket. Many clients may be connected, up
// to their share of the process's descriptors. Each gets its replies in the order of its commands.
// A client that does not read its replies delays no other: beyond a limit its lines are not read
// until it does, and if it continues to send it is disconnected; also if too much piles up that it
// has not asked for. Web browsers are disconnected as soon as they are recognized.

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
#include "ovid/net/reply_stream.hpp"
#include "ovid/net/zmq.hpp"
#include "ovid/observe/stream.hpp"
#include "ovid/wire/line_splitter.hpp"

namespace ovid::net {

/// How answers are framed: as lines, or for the masters of 2018 and 2019 as `<length>-<text>`, with
/// the length in bytes and nothing between answers.
enum class Answers : std::uint8_t { Lines, Length };

/// If at least so many bytes of replies wait for a client to read that it has not asked for, a
/// further one of them disconnects it. A reply that is given while a line of the client itself is
/// handled does not count, however long it is: no further line is read until the client reads.
inline constexpr std::size_t kUnaskedBytesMax = std::size_t{64} << 20;

struct DoorConfig {
  std::string host = "127.0.0.1";  ///< IPv4 address to listen on; clients are not authenticated
  int port = 0;
  Answers answers = Answers::Lines;
  /// Maximum number of clients; further ones are disconnected. 0: as many as there are descriptors
  /// that the mesh does not need.
  int connections_max = 0;
};

/// Used on the loop's thread. The context and the stream are borrowed.
class MasterDoor {
 public:
  /// False if no further line is wanted for now.
  using OnLine = std::function<bool(base::ClientId, std::string_view)>;

  /// Binds, or throws CannotStart.
  MasterDoor(zmq::context_t& context, const DoorConfig& config, observe::Stream& stream);

  /// Sets the maximum number of clients; further ones are disconnected.
  void limit(int connections_max) { connections_max_ = connections_max; }
  /// For the poll set: its descriptor is readable when there is something new.
  zmq::socket_t& socket() { return socket_; }

  /// Receives at most `budget` pieces and calls on_line for every line that is now complete, until
  /// it returns false; if not `wanted`, for none. Other input is held. True if more may be there.
  bool receive_some(const OnLine& on_line, int budget, bool wanted);
  /// So much is held that no more should be received while no lines are wanted. Until then new
  /// clients are noticed, and disconnected if they are too many; afterwards they are not noticed.
  bool holds_much() const;
  /// Continues with held input: what was not wanted before, or came from clients that did not read
  /// their replies and now do.
  void read_held(const OnLine& on_line);
  /// Whether read_held() has something to do.
  bool has_readable() const;
  /// Queues a reply, which is one answer and ends in a line feed; dropped if the client is gone.
  /// Called within on_line for the client's own line, or at another time: see kUnaskedBytesMax.
  void reply(base::ClientId client, base::Rope text);
  /// Sends what fits; true if something is left that should be tried again soon (the socket
  /// cannot say when: it always claims to be writable).
  bool flush();
  /// Whether there is input that the descriptor does not report again, because a send since the
  /// last call has made the socket notice it.
  bool sending_took_news();

  /// The clients that have left or were disconnected since the last call.
  std::vector<base::ClientId> take_gone() { return std::exchange(gone_, {}); }
  /// How many bytes of replies would be lost if this process ended: they are queued here or in
  /// libzmq, and the operating system has not taken them over.
  std::size_t reply_bytes_left() const;
  /// Ends the output of each connection, as the end of the process would. Then reads and drops
  /// input until all clients have closed their connections, or for `max`. A connection that is
  /// closed with input unread is reset (RFC 2525, section 2.17), and so is one that gets input
  /// later; a client that has read the end of the stream before does not notice. Call
  /// nothing else afterwards.
  void say_farewell(std::chrono::milliseconds max);

  std::size_t connections() const { return connections_.size(); }

 private:
  struct Connection {
    base::ClientId client;
    wire::LineSplitter lines;
    std::string beginning{};  // first bytes of all that was received
    Replies replies{};
    std::string held{};    // received while there were many replies, or no line was wanted
    bool leaving = false;  // to be closed; its input is ignored
    ReplyStream stream{};
  };
  using Clock = std::chrono::steady_clock;
  using Connections = std::map<std::string, Connection>;  // by libzmq's routing id

  static bool is_readable(const Connection& connection);
  void accept(const std::string& id, int descriptor);
  Connections::iterator forget(Connections::iterator connection);
  void take(Connection& connection, std::string_view piece, const OnLine& on_line);
  void read(Connection& connection, std::string_view piece, const OnLine& on_line);
  void hold(Connection& connection, std::string_view held);
  void refuse_long_line(Connection& connection);
  void disconnect(Connection& connection, observe::CloseReason why);
  void drop_input(Clock::time_point end);
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
  std::size_t held_ = 0;              // bytes of all connections' held
  std::size_t read_in_turn_ = 0;      // bytes of held lines
  base::ClientId asks_{};             // whose lines are being read; {} is nobody
  bool sent_ = false;                 // since the last sending_took_news()
  bool wanted_ = true;                // what on_line returned last
  std::uint64_t long_lines_ = 0;
  std::uint64_t replies_not_read_ = 0;
  std::uint64_t foreign_ = 0;
  std::uint64_t too_many_ = 0;
};

}  // namespace ovid::net
