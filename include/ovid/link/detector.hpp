#pragma once
// The failure detector of one session: for how long the peer has been silent, not counting this
// node's own delays, and whether the peer is the cause. (Eventually perfect, class P with a
// diamond: T. D. Chandra, S. Toueg, "Unreliable Failure Detectors for Reliable Distributed
// Systems", JACM 43(2), 1996, section 3.)

#include <optional>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/excuse.hpp"
#include "ovid/link/own_time.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::link {

/// Owned by a link. All times are the driver's.
class Detector {
 public:
  /// A message of the session has arrived.
  void heard(base::Time now, const OwnTime& own) { heard_ = own.at(now); }
  /// When that was, in own time (OwnTime::at).
  base::Time heard_at() const { return heard_; }
  /// For how long it has been silent, in own time.
  base::Duration silence(base::Time now, const OwnTime& own) const { return own.at(now) - heard_; }

  /// After what time to judge again; nullopt if the peer is down: silent for `limit`, and this node
  /// has found no cause in itself.
  std::optional<base::Duration> judge(base::Time now, base::NodeId peer, base::Duration limit,
                                      const OwnTime& own, Transport& transport,
                                      observe::Stream& stream);

 private:
  base::Time heard_{};
  Excuse excuse_;
};

}  // namespace ovid::link
