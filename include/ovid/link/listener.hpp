#pragma once
// Gets the links' events about peers and their records. Implemented by the node.

#include <string_view>

#include "ovid/base/ids.hpp"
#include "ovid/link/evidence.hpp"

namespace ovid::link {

/// Called on the loop's thread, during an event; must not call the links back except through
/// LinkManager::send and LinkManager::broadcast, which only queue.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void peer_up(base::NodeId peer) = 0;
  virtual void peer_down(base::NodeId peer, const Evidence& evidence) = 0;
  /// A record of the peer's present session; the view is valid during the call.
  virtual void message(base::NodeId from, std::string_view contents) = 0;
};

}  // namespace ovid::link
