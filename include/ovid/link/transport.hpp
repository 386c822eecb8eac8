#pragma once
// The interface to connections: one to each peer, made when the link asks and only then.
// Implemented by the drivers; called on the loop's thread.

#include <cstdint>
#include <string>
#include <string_view>

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
/// No report concerns an attempt that is over. An attempt may also get no report at all.
enum class Report : std::uint8_t { Connected, Disconnected, Refused, Unreachable, Writable };

/// The two frames of a message (wire/envelope.hpp, wire/body.hpp): any bytes, by anybody.
struct Frames {
  std::string_view envelope;
  std::string_view body;
};

/// Receives what a transport has for a node. Called on the loop's thread, during a turn.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void report(base::NodeId peer, Report what) = 0;
  virtual void frames(const Frames& frames) = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;

  /// Drops the connection to the peer, if there is one, and tries once to make a new one; what
  /// becomes of it is reported. Nothing reconnects by itself: after a lost connection the link must
  /// first decide from which record on to send again.
  virtual void connect(base::NodeId peer) = 0;

  /// Hands one message to the connection, in order. False if it took nothing: Writable is
  /// reported when it may take more (or its end, if there is no connection any more). What it
  /// took may still be lost with the connection.
  [[nodiscard]] virtual bool send(base::NodeId peer, const wire::Envelope& envelope,
                                  const base::Bytes& body) = 0;

  /// The peer's address, for people; may be empty.
  virtual std::string address(base::NodeId) const { return {}; }

  /// Called only before a session ends because of silence: whether something has kept this node
  /// from receiving the peer's messages. A driver that cannot know finds nothing.
  virtual OwnFault own_fault(base::Time) { return {}; }
};

}  // namespace ovid::link
