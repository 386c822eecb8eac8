#pragma once
// The paths of a network whose quality is limited (poor_path.hpp), by ordered pair of nodes. A side
// table, so that the other paths cost nothing.

#include <cstddef>
#include <map>
#include <utility>

#include "ovid/base/ids.hpp"
#include "ovid/sim/path_quality.hpp"
#include "ovid/sim/poor_path.hpp"
#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {

/// When TCP repeats a request to connect that has got no answer by `now`: 1, 3, 7 s and so on after
/// the attempt has begun (RFC 6298, sections 2.1 and 5.5).
base::Time next_request(base::Time begun, base::Time now);

/// Owned by the network.
class PoorPaths {
 public:
  /// What is on its way stays so. A perfect path is not kept.
  void set(base::NodeId from, base::NodeId to, const PathQuality& quality);
  /// Null for a perfect path.
  PoorPath* find(base::NodeId from, base::NodeId to);
  const PoorPath* find(base::NodeId from, base::NodeId to) const;
  /// How long a packet that is sent now takes, besides the network's latency.
  base::Duration one_way(base::NodeId from, base::NodeId to, base::Time now);
  /// The messages of the path are lost or have all arrived.
  void clear(base::NodeId from, base::NodeId to);

  // How much longer than on perfect paths it takes to make a connection.
  /// To connect: one round trip. If a packet of it is lost, a second more, and twice as long each
  /// further time (RFC 6298, sections 2.1 and 5.5).
  base::Duration connecting(base::NodeId from, base::NodeId to, base::Time now,
                            SeededRandom& random);
  /// The handshake: three round trips. (Measured with libzmq 4.3.4: with a limit of a second,
  /// handshakes end in time up to a round trip of 330 ms.)
  base::Duration shaking_hands(base::NodeId from, base::NodeId to, base::Time now,
                               SeededRandom& random);

 private:
  using Ends = std::pair<base::NodeId, base::NodeId>;  // from, to
  bool lost(base::NodeId from, base::NodeId to, SeededRandom& random);
  base::Duration round_trip(base::NodeId from, base::NodeId to, base::Time now) {
    return one_way(from, to, now) + one_way(to, from, now);
  }
  base::Duration exchange(base::NodeId from, base::NodeId to, base::Time now,
                          base::Duration timeout, SeededRandom& random);

  std::map<Ends, PoorPath> paths_;
};

}  // namespace ovid::sim
