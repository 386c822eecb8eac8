#pragma once
// Begins and ends the actions of a run: applies them to nodes, paths and messages, and tells the
// checkers.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/action_state.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/liveness_checker.hpp"
#include "ovid/sim/lives.hpp"
#include "ovid/sim/network.hpp"
#include "ovid/sim/outsiders.hpp"
#include "ovid/sim/quiet.hpp"
#include "ovid/sim/troubles.hpp"
#include "ovid/sim/witness.hpp"

namespace ovid::sim {

/// Owned by the world, whose parts it borrows.
class FaultInjector {
 public:
  using Hosts = std::vector<std::unique_ptr<Host>>;
  FaultInjector(const std::vector<Action>& actions, std::vector<ActionState>& states,
                const Hosts& hosts, Lives& lives, Agenda& agenda, Network& network,
                Troubles& troubles, LivenessChecker& liveness, Outsiders& outsiders,
                Witness& witness)
      : actions_(actions),
        states_(states),
        hosts_(hosts),
        lives_(lives),
        agenda_(agenda),
        network_(network),
        troubles_(troubles),
        liveness_(liveness),
        outsiders_(outsiders),
        witness_(witness),
        quiet_(hosts, network) {}

  void begin(std::size_t index);
  /// Handles the agenda's Ends. No effect if the action has ended already.
  void end(std::size_t index);
  /// What an action that has begun still waits for before the next one may begin, as text; nullopt
  /// if it is over.
  std::optional<std::string> unfinished(std::size_t index);
  /// Called when the action is over.
  void finished(std::size_t index);
  /// Handles the agenda's Forgery.
  void let_forge(std::size_t index);

 private:
  void begin_at_node(std::size_t index, Host& host);
  void end_at_node(std::size_t index, Host& host);
  void path(const Action& action, bool blocked);
  void set_quality(const Action& action);
  void heal();
  void end_hold(const Action& action);
  void deliver(const Action& action);
  void release(const Action& action);
  void forget_pauses(const Host& host);
  void serve(Host& host);
  Host& host(base::NodeId id) const { return *hosts_[id.value]; }

  const std::vector<Action>& actions_;
  std::vector<ActionState>& states_;  // by action
  const Hosts& hosts_;
  Lives& lives_;
  Agenda& agenda_;
  Network& network_;
  Troubles& troubles_;
  LivenessChecker& liveness_;
  Outsiders& outsiders_;
  Witness& witness_;
  Quiet quiet_;
};

}  // namespace ovid::sim
