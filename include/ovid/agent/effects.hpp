#pragma once
// The calls that an agent may make during a step. What happens is defined for every argument.
// "Breach" below means that the contract is broken, which is a bug of the agent: its node ends,
// with one line in the log that names the agent, the event and the reason.
//
// The order in which the effects of a turn leave the node, for all its agents and steps together:
//
//   1. what was appended or checkpointed is made durable, once for all agents;
//   2. messages to agents of the same node, records to peers, replies to clients.
//
// So nothing leaves that depends on something which a crash could still undo, and a busy node makes
// many values durable at once. Notes and timers take effect at once.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ovid/agent/address.hpp"
#include "ovid/agent/event.hpp"
#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/severity.hpp"
#include "ovid/base/time.hpp"

namespace ovid::agent {

/// So many bytes an agent may add to a client's longest line in one message.
inline constexpr std::size_t kHeaderBytesMax = 4096;
/// Longest contents of a message, in bytes: a client's longest line and such a header.
inline constexpr std::size_t kContentsBytesMax = (std::size_t{1} << 20) + kHeaderBytesMax;
/// What may wait for the agents of one node from agents of the same node, in bytes; each message
/// counts with kLocalMessageBytes more than its contents. A turn reads at most a few MiB of small
/// records, so an agent that passes on each of them stays far below.
inline constexpr std::size_t kLocalBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kLocalMessageBytes = 64;
/// Longest value that is appended or checkpointed, in bytes.
inline constexpr std::size_t kValueBytesMax = std::size_t{64} << 20;
/// Longest duration of a timer.
inline constexpr base::Duration kTimerMax = std::chrono::hours(24 * 365);

/// How an agent ends its node. In both forms no agent of the node is stepped again, and peers and
/// clients see what they see when a process is killed.
enum class Crash : std::uint8_t {
  /// All effects of this turn are lost, also of earlier steps and of other agents, and what was
  /// appended in it.
  AtOnce,
  /// The effects of earlier calls, in this turn too, become durable and leave. The node ends as
  /// soon as every peer has acknowledged its records or is down, and the operating system has taken
  /// over all replies. It stops waiting for peers when none has acknowledged anything for the
  /// longest silence limit, and for clients when none has read anything for the ordinary one.
  WhenSent,
};

/// Owned by the host, valid during the step only. After crash(), and after a breach, calls have no
/// effect, and neither has an exception.
class Effects {
 public:
  virtual ~Effects() = default;

  /// To a peer that is not up (the agent has had the PeerDown), or to an agent that nodes of this
  /// grid do not host (which the sender logs): dropped. To an agent of this node, itself included:
  /// in order, in the next turn, which follows without waiting.
  /// While more than half of kLocalBytesMax waits there, clients and peers are not read.
  /// Breach: more than kContentsBytesMax bytes, a node outside of the grid, or a message to this
  /// node with which more than kLocalBytesMax would wait.
  virtual void send(const Destination& to, std::string_view contents) = 0;
  void broadcast(std::string_view contents) { send(Everybody{}, contents); }

  /// Fires once, after a duration drawn by the driver from [min, max], in a later turn; replaces
  /// an earlier deadline of the same id. Breach: not 0 <= min <= max <= kTimerMax.
  virtual void timer(TimerId id, base::Duration min, base::Duration max) = 0;
  /// The timer does not fire, even if it is due. No effect if it is not set.
  virtual void cancel(TimerId id) = 0;

  /// Text to a client, with its line ends; in order. Dropped if the client has gone or never was. A
  /// client that leaves too much unread is disconnected (net/master_door.hpp, kUnaskedBytesMax).
  virtual void reply(base::ClientId client, base::Rope text) = 0;

  /// Survives a crash: given back in Start, in order.
  /// Breach: more than kValueBytesMax bytes, or an agent whose needs_store() is false.
  virtual void append(std::string_view value) = 0;
  /// Replaces everything that was appended and checkpointed so far. Breach: as append.
  virtual void checkpoint(std::string_view value) = 0;

  /// A line for the log.
  virtual void note(base::Severity severity, std::string_view text) = 0;
  virtual void crash(Crash how) = 0;
};

}  // namespace ovid::agent
