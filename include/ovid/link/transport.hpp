#pragma once
// What a link asks of the world: one connection to each peer, made when told and only then.
// Implemented by the drivers; called on the loop's thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

/// What a node finds against itself when a peer seems silent.
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
///   Refused                           nobody listens there
///   Unreachable                       no answer in time, and no refusal either
///   Disconnected                      an answer, but no handshake
///   Connected Writable* [end]         made; it took no message for a while, and now does
///   Connected Writable* Disconnected  it ended, whatever the reason
///   Connected Writable* Refused       it ended, and the peer's port refuses a new one
///
/// None is about an attempt that is over. An attempt may also stay without a report for ever.
enum class Report : std::uint8_t { Connected, Disconnected, Refused, Unreachable, Writable };

/// The two frames of a message (wire/envelope.hpp, wire/body.hpp): any bytes, by anybody.
struct Frames {
  std::string_view envelope;
  std::string_view body;
};

/// Who is told what a transport has for a node. Called on the loop's thread, during a turn.
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
  /// becomes of it is reported. Nothing reconnects by itself: after a cut the link must first
  /// decide from which record on to send again.
  virtual void connect(base::NodeId peer) = 0;

  /// Hands one message to the connection, in order. False if it took nothing: Writable is
  /// reported when it may take more (or its end, if there is no connection any more). What it
  /// took may still be lost with the connection.
  [[nodiscard]] virtual bool send(base::NodeId peer, const wire::Envelope& envelope,
                                  const base::Bytes& body) = 0;

  /// Where the peer is looked for, for people; may be empty.
  virtual std::string address(base::NodeId) const { return {}; }

  /// Asked before a peer is blamed for its silence, and only then: what has kept this node itself
  /// from hearing it. A driver that cannot tell finds nothing.
  virtual OwnFault own_fault(base::Time) { return {}; }
};

}  // namespace ovid::link
