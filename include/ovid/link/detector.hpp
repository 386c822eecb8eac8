#pragma once
// The failure detector of one session: how long the peer has been silent, in time that this node
// itself could hear it, and whether that is the peer's fault. (Eventually perfect, class P with a
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
  /// The peer has said something in the session.
  void heard(base::Time now, const OwnTime& own) { heard_ = own.at(now); }
  /// When that was, in own time (OwnTime::at).
  base::Time heard_at() const { return heard_; }
  /// For how long it has been silent, in own time.
  base::Duration silence(base::Time now, const OwnTime& own) const { return own.at(now) - heard_; }

  /// After what time to judge again; nothing if the peer is to be taken for dead: silent for
  /// `limit`, and nothing found with which this node itself has caused it.
  std::optional<base::Duration> judge(base::Time now, base::NodeId peer, base::Duration limit,
                                      const OwnTime& own, Transport& transport,
                                      observe::Stream& stream);

 private:
  base::Time heard_{};
  Excuse excuse_;
};

}  // namespace ovid::link
