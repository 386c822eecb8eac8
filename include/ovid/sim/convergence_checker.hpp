#pragma once
// The promise of convergence: at the end of a run whose last fault is long over, or lasts, all that
// run and whose paths are open see each other, and everything that was offered has arrived, or is
// held on purpose; nobody else is shown.

#include <cstddef>
#include <memory>
#include <vector>

#include "ovid/base/time.hpp"
#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// Borrows both.
class ConvergenceChecker {
 public:
  ConvergenceChecker(const Network& network, Checkers& checkers)
      : network_(network), checkers_(checkers) {}

  /// Of two whose sessions may still end because of something that is over (in a large grid: one
  /// that waits long), nothing is asked.
  void check(const std::vector<std::unique_ptr<Host>>& hosts, base::Time now);

 private:
  void must_agree(const Host& host, base::NodeId peer);

  const Network& network_;
  Checkers& checkers_;
};

}  // namespace ovid::sim
