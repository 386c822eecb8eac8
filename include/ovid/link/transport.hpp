#pragma once
// What a link asks of the world: one connection to each peer, made when told and only then.
// Implemented by the drivers; called on the loop's thread.

#include <string>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

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
};

}  // namespace ovid::link
