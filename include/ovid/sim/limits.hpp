#pragma once
// The time limits of the promises that a simulated grid is held to. They follow from the settings
// of its links and from the traits of its network.

#include <cstdint>

#include "ovid/link/config.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

struct Limits {
  /// The latencies of the traits include those of their path's quality.
  Limits(const link::Config& links, const Traits& traits);

  /// After this time a peer that is stopped or cut off is not shown as up: the longest silence
  /// limit, 40 % of the ordinary one for delays of the node itself (OwnTime), and a margin for
  /// turns and clocks.
  base::Duration unseen_after;
  /// After this time a process that has ended is not shown as up: connections to it are refused at
  /// once, so this is a few times the maximum latency.
  base::Duration gone_after;
  /// Within this time a node learns that its peer has left their session. The peer tells it at
  /// once, and again in answer to every ping.
  base::Duration learns_within;
  /// The same after a time in which messages were lost or not read.
  base::Duration learns_after_calm;
  /// Within this time a node that continues after a stop is in sessions with all others again: 300
  /// ms and four times the maximum latency. `back_within_slow_path` applies if one of the rare slow
  /// messages (Traits) was in flight meanwhile.
  base::Duration back_within;
  base::Duration back_within_slow_path;
  /// How long after a fault sessions may still end because of it.
  base::Duration after_trouble;
  /// A slow reader keeps up with pings if its milliseconds per message, times the number of nodes,
  /// are at most this. Then it is in time even if each peer sends twenty other messages before a
  /// ping, as many as are sent again after a heal.
  std::int64_t slow_enough_ms;
  /// Within this time all nodes meet on poor paths that end no session (healthy_checker.hpp): the
  /// third attempt whose limits are long enough succeeds, and greetings and handshakes take twenty
  /// round trips.
  base::Duration meets_within;

  /// Whether no session may end because a path gets this quality: its delays, added to the time
  /// between two pings, stay under the silence limit.
  bool harmless(const PathQuality& quality) const;

 private:
  Limits(const link::Config& links, const Traits& traits, base::Duration latency_max);

  base::Duration slowest_harmless_;
};

}  // namespace ovid::sim
