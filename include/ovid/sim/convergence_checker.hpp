#pragma once
// The promise of convergence, checked at the end of a run, when every fault has ended long before
// or never ends. All nodes that run and whose paths are open see each other. Every record that was
// offered has arrived, or is held on purpose. No other node is shown as up.

#include <cstddef>
#include <memory>
#include <vector>

#include "ovid/base/time.hpp"
#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// Borrows the network and the checkers.
class ConvergenceChecker {
 public:
  ConvergenceChecker(const Network& network, Checkers& checkers)
      : network_(network), checkers_(checkers) {}

  /// Skips two nodes if their sessions may still end because of a fault that has ended (in a large
  /// grid, timeouts are long).
  void check(const std::vector<std::unique_ptr<Host>>& hosts, base::Time now);

 private:
  void must_agree(const Host& host, base::NodeId peer);

  const Network& network_;
  Checkers& checkers_;
};

}  // namespace ovid::sim
