#pragma once
// What the actions of a run have done so far. The fault injector writes it, the liveness checker
// reads it, and the world owns it.

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::sim {

/// What one action of a run has done so far.
struct ActionState {
  bool on = false;
  base::Time since{};
  base::Time changed{};      // when it began or ended last; 0: neither yet
  int life = 0;              // the node's process at that time (Host::life)
  base::Incarnation gone{};  // the incarnation that a crash has ended
};

}  // namespace ovid::sim
