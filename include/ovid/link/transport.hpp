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

/// Whether a node has found that it is itself the cause when a peer seems silent.
struct OwnFault {
  enum class Verdict : std::uint8_t {
    None,
    Unclear,  ///< ask again soon
    Found,
  };
  Verdict verdict = Verdict::None;
  std::string what{};  ///< if found, for example "had no file descriptor left"
};

/// The round trips that a handshake takes, after the one in which the connection is made (measured
/// with libzmq 4.3.4, mechanism NULL).
inline constexpr int kHandshakeRoundTrips = 3;

/// How long one attempt to connect may take. Both are positive (the simulator's may be 0) and at
/// most an hour; drivers may round them to milliseconds.
struct AttemptLimits {
  base::Duration connect;    ///< until there is an answer; else the peer is Unreachable
  base::Duration handshake;  ///< from then on until the handshake is done; else Disconnected
  bool operator==(const AttemptLimits&) const = default;
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
/// When the peer's process has ended, a made connection may end with either Disconnected or
/// Refused. That depends on timing: the driver may probe the port before it is closed, or not probe
/// it at all.
enum class Report : std::uint8_t { Connected, Disconnected, Refused, Unreachable, Writable };

/// One suite tests the promises of both drivers (test/transport). The drivers differ in how many
/// messages a connection takes: with sockets it depends on the bytes in the kernel's buffers, in
/// the simulator it is a number of messages. And only sockets have addresses and look for faults of
/// their own.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Drops the connection or the attempt, if there is one, and tries once to make a new connection
  /// to the peer, which is another node; what becomes of it is reported, within these limits. May
  /// be called from within a report. Nothing reconnects by itself: after a lost connection the link
  /// must first decide from which record on to send again.
  virtual void connect(base::NodeId peer, const AttemptLimits& limits) = 0;

  /// Hands one message to the connection. Its body has at most wire::kBodyBytesMax bytes.
  ///
  /// True: it was taken. Messages arrive in the order in which they were taken, each once. When a
  /// connection ends, the messages that it took last may be lost. The others may still arrive after
  /// its end, even between messages of the next connection.
  ///
  /// False: it was not taken. Nothing is taken before Connected is reported or after the end of the
  /// connection. If the peer does not read, a made connection takes a limited number of messages.
  /// Then Writable is reported when it may take more, or the end of the connection.
  [[nodiscard]] virtual bool send(base::NodeId peer, const wire::Envelope& envelope,
                                  const base::Bytes& body) = 0;

  /// The peer's address, for people; may be empty.
  virtual std::string address(base::NodeId) const { return {}; }

  /// Called only before a session ends because of silence: whether something has kept this node
  /// from receiving the peer's messages. A driver that cannot know finds nothing.
  virtual OwnFault own_fault(base::Time) { return {}; }
};

}  // namespace ovid::link
