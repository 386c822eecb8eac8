#pragma once
// The numbers of the promises that a simulated grid is held to, as they follow from what its links
// are told and from its network.

#include <cstdint>

#include "ovid/link/config.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

struct Limits {
  Limits(const link::Config& links, const Traits& traits);

  /// What is stopped or cut off is not shown alive after this: the silence limit, two fifths of it
  /// for doubt of oneself, and some for turns and clocks.
  base::Duration unseen_after;
  /// What is gone altogether is refused a new connection, which shows at once: the worst latency, a
  /// few times over.
  base::Duration gone_after;
  /// Who is in a session that the other has left is told at once, and again with every answer to a
  /// ping of its own.
  base::Duration learns_within;
  /// The same after a time in which messages were lost or not read.
  base::Duration learns_after_calm;
  /// Who continues after a stop is in sessions with all others again: 300 ms and four latencies of
  /// the path. `slow_path`: where one of the rare slow messages was on its way meanwhile.
  base::Duration back_within;
  base::Duration back_within_slow_path;
  /// For so long after a fault sessions may still end because of it.
  base::Duration after_trouble;
  /// Milliseconds per message and node of the grid up to which a slow reader keeps up with pings,
  /// also behind twenty other messages of each peer: so many are sent again after a heal.
  std::int64_t slow_enough_ms;
};

}  // namespace ovid::sim
