#pragma once
// The interface to connections: one to each peer, made when the link asks and only then.
// Implemented by the drivers; called on the loop's thread.

#include <cstdint>
#include <string>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

/// Whether a node finds a cause in itself when a peer seems silent.
struct OwnFault {
  enum class Verdict : std::uint8_t {
    None,
    Unclear,  ///< ask again soon
    Found,
  };
  Verdict verdict = Verdict::None;
  std::string what{};  ///< if found, for example "had no file descriptor left"
};

/// What becomes of a connection to a peer. Each attempt (Transport::connect) has one of these
/// sequences, which the next attempt cuts short at any place:
///
///   Refused                           no process listens there
///   Unreachable                       no answer in time, and no refusal either
///   Disconnected                      an answer, but no handshake
///   Connected Writable* [end]         made; it was full and takes messages again
///   Connected Writable* Disconnected  it ended, whatever the reason
///   Connected Writable* Refused       it ended, and the peer's port refuses a new one
///
/// No report concerns an attempt that is over: what the driver knew of it and had not yet reported
/// when the next one began is dropped. Writable is reported only if the connection did not take a
/// message. An attempt may also get no report at all.
///
/// Whether Disconnected or Refused ends the connection to a process that is gone is a matter of
/// time: the port may be asked before it is closed, or not be asked at all.
enum class Report : std::uint8_t { Connected, Disconnected, Refused, Unreachable, Writable };

/// The promises of both drivers are tested by one suite (test/transport). They differ in how many
/// messages a connection takes: on sockets the kernel's buffers count, which hold bytes; simulated,
/// it is a number of messages. And only sockets have addresses and look for faults of their own.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Drops the connection or the attempt, if there is one, and tries once to make a new connection
  /// to the peer, which is another node; what becomes of it is reported. May be called from within
  /// a report. Nothing reconnects by itself: after a lost connection the link must first decide
  /// from which record on to send again.
  virtual void connect(base::NodeId peer) = 0;

  /// Hands one message to the connection. Its body has at most wire::kBodyBytesMax bytes.
  ///
  /// True: it was taken. Messages arrive in the order in which they were taken, each once. Those
  /// that a connection has taken last may be lost with it; the others may still arrive when it has
  /// ended, also between those of the next one.
  ///
  /// False: nothing was taken. Before Connected is reported and after the end, nothing ever is. A
  /// made connection takes a bounded number of messages that the peer does not read: Writable is
  /// reported when it may take more, or its end.
  [[nodiscard]] virtual bool send(base::NodeId peer, const wire::Envelope& envelope,
                                  const base::Bytes& body) = 0;

  /// The peer's address, for people; may be empty.
  virtual std::string address(base::NodeId) const { return {}; }

  /// Called only before a session ends because of silence: whether something has kept this node
  /// from receiving the peer's messages. A driver that cannot know finds nothing.
  virtual OwnFault own_fault(base::Time) { return {}; }
};

}  // namespace ovid::link
