#pragma once
// What a link asks of the world: one connection to each peer, made when told and only then.
// Implemented by the drivers; called on the loop's thread.

#include <cstdint>
#include <string>

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

class Transport {
 public:
  virtual ~Transport() = default;

  /// Drops the connection to the peer, if there is one, and tries once to make a new one. The
  /// outcome is reported to the link manager as connected, refused or unreachable; the end of a
  /// made connection as disconnected. Nothing reconnects by itself: after a cut the link must
  /// first decide from which record on to send again.
  virtual void connect(base::NodeId peer) = 0;

  /// Hands one message to the connection, in order. False if it took nothing: writable is
  /// reported when it may take more (or disconnected, if there is no connection any more). What
  /// it took may still be lost with the connection.
  [[nodiscard]] virtual bool send(base::NodeId peer, const wire::Envelope& envelope,
                                  const base::Bytes& body) = 0;

  /// Where the peer is looked for, for people; may be empty.
  virtual std::string address(base::NodeId) const { return {}; }

  /// Asked before a peer is blamed for its silence, and only then: what has kept this node itself
  /// from hearing it. A driver that cannot tell finds nothing.
  virtual OwnFault own_fault(base::Time) { return {}; }
};

}  // namespace ovid::link
