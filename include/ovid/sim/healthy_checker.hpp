#pragma once
// The promise "healthy on a poor path". If nothing happens to a grid but that its paths are slow,
// far or lossy:
//
//   nobody is suspected   no session that has begun ever ends
//   all meet              within a bounded time (Limits::meets_within) every node is in a session
//                         with every other one
//   everything arrives    in the end every record that was offered has arrived
//   pings do not wait     behind data for more than 200 ms (on a slow path 75 ms and the time of
//                         eight records) and a round trip, which a burst after a pause can fill; if
//                         paths are the same all the time and lose nothing
//
// It is stricter than the other checkers: it knows no reason for which a session may end.

#include <cstddef>
#include <memory>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/sim/findings.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"
#include "ovid/sim/session_checker.hpp"

namespace ovid::sim {

/// Checks nothing until begin(). Borrows both.
class HealthyChecker {
 public:
  using Hosts = std::vector<std::unique_ptr<Host>>;
  HealthyChecker(const SessionChecker& sessions, Findings& findings)
      : sessions_(sessions), findings_(findings) {}

  void begin() { on_ = true; }
  bool on() const { return on_; }
  /// The agents of a node are told that its session with the peer has ended. Called before the
  /// session checker learns of it.
  void peer_down(base::Time now, base::NodeId node, const agent::PeerDown& down);
  /// Called when all nodes must have met.
  void check_met(base::Time now, const Hosts& hosts);
  // Called at the end of a run.
  void check_arrived(const Hosts& hosts);
  void check_waits(const Hosts& hosts, const Network& network);

 private:
  const SessionChecker& sessions_;
  Findings& findings_;
  bool on_ = false;
};

}  // namespace ovid::sim
