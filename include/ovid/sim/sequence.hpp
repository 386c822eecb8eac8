#pragma once
// Begins the actions of a run one after another: each at its time or when the action before it is
// over, whichever is later. An action without a time begins when the one before it is over.

#include <cstddef>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/agenda.hpp"
#include "ovid/sim/fault_injector.hpp"
#include "ovid/sim/findings.hpp"

namespace ovid::sim {

/// Owned by the world, whose parts it borrows. The actions are in order of their times.
class Sequence {
 public:
  Sequence(std::vector<Action>& actions, Agenda& agenda, FaultInjector& injector,
           Findings& findings)
      : actions_(actions), agenda_(agenda), injector_(injector), findings_(findings) {}

  /// When the next action is to begin; kNever if there is none, or if it waits for the one before
  /// it.
  base::Time due() const {
    return next_ == actions_.size() || (unfinished_ && waits_for_it())
               ? base::kNever
               : base::Time(actions_[next_].at);
  }
  /// Begins the next action. Preconditions: there is one, and no event on the agenda is before it.
  void take();
  /// Called after each event, because the last action may be over then.
  void look() {
    if (unfinished_) look_again();
  }
  /// The first action that has not begun, null: all have.
  const Action* left() const { return next_ < actions_.size() ? &actions_[next_] : nullptr; }

 private:
  /// An action with a time does not wait until the line of a client before it is read.
  bool waits_for_it() const {
    return actions_[next_].follows || actions_[next_ - 1].verb != Verb::Line;
  }
  void look_again();

  std::vector<Action>& actions_;
  Agenda& agenda_;
  FaultInjector& injector_;
  Findings& findings_;
  bool unfinished_ = false;  // the last one that has begun is not over
  std::size_t next_ = 0;     // actions_[0, next_) have begun; their `at` is the time when they did
};

}  // namespace ovid::sim
