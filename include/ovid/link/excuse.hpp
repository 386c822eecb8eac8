#pragma once
// Whose fault a peer's silence is: before the peer is blamed, the node looks at itself.

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::link {

/// A silence for which this node itself may be to blame is waited for twice as long, and only once:
/// whoever is dead is found dead.
class Excuse {
 public:
  struct Silence {
    base::NodeId peer;
    base::Time heard;       ///< when it began, in own time
    base::Duration lasted;  ///< in own time
    base::Duration excess;  ///< of it, beyond what is allowed
  };

  /// How long the silence since `heard` may last, if any may last `limit`.
  base::Duration limit(base::Time heard, base::Duration limit) const {
    return heard == excused_ ? 2 * limit : limit;
  }
  /// False if the silence, which has reached its limit, is the peer's fault.
  bool find(base::Time now, const Silence& silence, Transport& transport, observe::Stream& stream);

 private:
  base::Time excused_ = base::Time::min();  // the beginning of the silence that was excused
};

}  // namespace ovid::link
