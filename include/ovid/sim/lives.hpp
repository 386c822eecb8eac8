#pragma once
// Starts and kills the nodes' processes, and tells the checkers.

#include "ovid/base/time.hpp"
#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/limits.hpp"
#include "ovid/sim/liveness_checker.hpp"

namespace ovid::sim {

/// Owned by the world, whose parts it borrows.
class Lives {
 public:
  /// If `crashes_until` is 0, a node that ends by itself stays away; otherwise it is started again
  /// soon.
  Lives(const Limits& limits, base::Duration crashes_until, Agenda& agenda, SeededRandom& random,
        Checkers& checkers, LivenessChecker& liveness)
      : limits_(limits),
        crashes_until_(crashes_until),
        agenda_(agenda),
        random_(random),
        checkers_(checkers),
        liveness_(liveness) {}

  /// Precondition: the node has no process.
  void start(Host& host);
  void kill(Host& host);
  /// The process has just ended without being killed.
  void ended_by_itself(Host& host);
  /// Handles the agenda's Again.
  void start_again(Host& host, std::uint64_t after_life);

 private:
  const Limits& limits_;
  const base::Duration crashes_until_;
  Agenda& agenda_;
  SeededRandom& random_;
  Checkers& checkers_;
  LivenessChecker& liveness_;
};

}  // namespace ovid::sim
