#pragma once
// What a link tells its manager.

#include "ovid/base/ids.hpp"
#include "ovid/link/listener.hpp"

namespace ovid::link {

/// Events of a link for its manager.
class SessionKeeper : public Listener {
 public:
  /// The session is about to end: queue what was sent in it, so that the ledger counts it.
  virtual void peer_ends(base::NodeId peer) = 0;
};

}  // namespace ovid::link
