#pragma once
// Takes the actions of a run one after another: each at its time, or when the one before it is
// over, if that is later.

#include <cstddef>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/agenda.hpp"
#include "ovid/sim/fault_injector.hpp"

namespace ovid::sim {

/// Owned by the world, whose parts it borrows. The actions are in order of their times.
class Sequence {
 public:
  Sequence(std::vector<Action>& actions, Agenda& agenda, FaultInjector& injector)
      : actions_(actions), agenda_(agenda), injector_(injector) {}

  /// When the next action is to begin, or as soon after as possible; kNever: there is none.
  base::Time due() const {
    return next_ < actions_.size() ? base::Time(actions_[next_].at) : base::kNever;
  }
  /// Begins the next action, of which there is one. Nothing on the agenda is before it.
  void take();
  /// The first action that has not begun, null: all have.
  const Action* left() const { return next_ < actions_.size() ? &actions_[next_] : nullptr; }

 private:
  std::vector<Action>& actions_;
  Agenda& agenda_;
  FaultInjector& injector_;
  std::size_t next_ = 0;  // actions_[0, next_) have begun, and their `at` is when that was
};

}  // namespace ovid::sim
