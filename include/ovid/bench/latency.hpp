#pragma once
// How long a lone record takes from one process to another: half a round trip, with nothing else
// under way.

namespace ovid::bench {

/// One-way times in microseconds, over a few thousand round trips.
struct Latency {
  double median_us = 0;
  double p99_us = 0;
  double p999_us = 0;
};

/// Two processes, a DEALER to the other's ROUTER in each, blocking calls, no envelope.
Latency bare_latency(int bytes);
/// Two nodes on this library's driver whose agents send a record back and forth in a session.
Latency node_latency(int bytes);

}  // namespace ovid::bench
