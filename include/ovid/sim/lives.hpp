#pragma once
// The lives of the nodes' processes: begins and ends them, and tells all who watch.

#include "ovid/base/time.hpp"
#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/limits.hpp"
#include "ovid/sim/liveness_checker.hpp"

namespace ovid::sim {

/// Owned by the world, whose parts it borrows.
class Lives {
 public:
  /// Until `crashes_until` since the beginning who ends by itself is started again soon; 0: it
  /// stays away.
  Lives(const Limits& limits, base::Duration crashes_until, Agenda& agenda, SeededRandom& random,
        Checkers& checkers, LivenessChecker& liveness)
      : limits_(limits),
        crashes_until_(crashes_until),
        agenda_(agenda),
        random_(random),
        checkers_(checkers),
        liveness_(liveness) {}

  /// There is no process.
  void start(Host& host);
  void kill(Host& host);
  /// The process has just ended without being killed.
  void ended_by_itself(Host& host);
  /// The agenda's Again.
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
