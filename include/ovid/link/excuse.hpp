#pragma once
// Before a session ends because of silence, the node checks whether it is itself the cause.

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::link {

/// If this node itself may be the cause of a silence, its limit is doubled. That happens at most
/// once for each silence, so that a dead peer is always detected.
class Excuse {
 public:
  struct Silence {
    base::NodeId peer;
    base::Time heard;       ///< when it began, in own time
    base::Duration lasted;  ///< in own time
    base::Duration excess;  ///< by how much it exceeds the limit
  };

  /// How long the silence since `heard` may last, if an ordinary one may last `limit`.
  base::Duration limit(base::Time heard, base::Duration limit) const {
    return heard == excused_ ? 2 * limit : limit;
  }
  /// Called when a silence has reached its limit. False if this node is not the cause.
  bool find(base::Time now, const Silence& silence, Transport& transport, observe::Stream& stream);

 private:
  base::Time excused_ = base::Time::min();  // the beginning of the silence that was excused
};

}  // namespace ovid::link
