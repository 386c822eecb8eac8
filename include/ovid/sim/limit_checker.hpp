#pragma once
// The promise that silence limits return: once nothing has happened to a grid for a minute, no peer
// may be silent for longer than on a path that has always been good (link/path_history.hpp).
// Checked at the end of a run, for the nodes that run then.

#include <memory>
#include <vector>

#include "ovid/base/time.hpp"
#include "ovid/sim/action_state.hpp"
#include "ovid/sim/findings.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// Checks nothing if an action began or ended within the last minute, or never ends. `states` are
/// those of all actions.
void check_limits(const std::vector<std::unique_ptr<Host>>& hosts,
                  const std::vector<ActionState>& states, const Traits& traits, base::Time now,
                  Findings& findings);

}  // namespace ovid::sim
