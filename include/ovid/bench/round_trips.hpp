#pragma once
// How long a single record takes from one process to another: half a round trip, with no other
// traffic.

#include <vector>

#include "ovid/bench/child.hpp"

namespace ovid::bench {

/// One-way times in microseconds, over a few thousand round trips.
struct Latency {
  double median_us = 0;
  double p99_us = 0;
  double p999_us = 0;
};

/// The round trips of one run, counted by the side that begins them and sent to the parent when
/// there are enough.
class RoundTrips {
 public:
  void begin() { began_ = Clock::now(); }
  /// True when it was the last.
  bool end();
  void tell(const Channel& parent) const;

 private:
  Clock::time_point began_;
  std::vector<double> times_;  // seconds
};

/// One side of a run, in a process of its own: 0 begins the round trips and reports them. `port` is
/// the first of four free ports.
using Side = void (*)(const Channel& parent, int self, int port, int bytes);
/// Runs both sides, with records of so many bytes.
Latency latency(Side side, int bytes, Sessions sessions);

}  // namespace ovid::bench
