#pragma once
// The promises about which peers are shown as up, compared with what was done to the grid:
//
//   completeness   a peer that is gone, stopped or cut off is not shown as up for long
//   return         a node that continues after a stop is in sessions with all others soon, if no
//                  other fault happens
//   notice         if a node leaves a session, its peer knows this long before the silence limit
//
// A node that its machine has served badly had no chance to notice; it is checked later.

#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/action_state.hpp"
#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/limits.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// Borrows all arguments except the limits, which it copies.
class LivenessChecker {
 public:
  using Hosts = std::vector<std::unique_ptr<Host>>;
  LivenessChecker(const Limits& limits, const std::vector<Action>& actions,
                  const std::vector<ActionState>& states, const Hosts& hosts, Agenda& agenda,
                  const Network& network, Checkers& checkers)
      : limits_(limits),
        actions_(actions),
        states_(states),
        hosts_(hosts),
        agenda_(agenda),
        network_(network),
        checkers_(checkers) {}

  /// Sets the number of nodes. All of them are served well at first.
  void begin(std::size_t nodes) { calm_since_.resize(nodes); }
  /// The node has just started or continued. If its machine serves it badly, it still does.
  void calm_from_now(base::NodeId node) {
    base::Time& since = calm_since_[node.value];
    if (since != base::kNever) since = agenda_.now();
  }
  /// How the machine serves the node from now on. `well`: the node notices everything in time;
  /// `as_usual`: it is neither slow nor late.
  void served(base::NodeId node, bool well, bool as_usual);
  void path_opened(base::NodeId a, base::NodeId b) { opened_[std::minmax(a, b)] = agenda_.now(); }
  void corruption_ended() { corrupted_until_ = agenda_.now(); }
  /// A node has ended by itself.
  void node_ended() { ended_at_ = agenda_.now(); }

  /// Put later checks on the agenda: of what an action that begins now takes away, and of the
  /// sessions that were left since the last call.
  void look_at_action(std::size_t index);
  void look_at_left();
  /// The same for a node that continues, because this action begins (continue) or ends (pause).
  void look_at_return(std::size_t index);

  // Handle the agenda's Unseen, Back and Left.
  void check_unseen(std::size_t index);
  void check_back(const Event& back);
  void check_left(const Event& left);

 private:
  bool corrupted_since(base::Time time) const;
  bool calm(base::NodeId node, base::Duration time) const;
  bool path_troubled(base::NodeId a, base::NodeId b) const;
  bool poor_path(base::NodeId a, base::NodeId b) const;
  void check_gone(std::size_t index);
  bool nothing_else(std::size_t index, base::Time since) const;
  base::Duration effects_last(Verb verb) const;
  bool slow_path(base::Time since) const;
  bool cut_off_anew(std::size_t index, base::NodeId at, base::NodeId peer) const;
  bool old_messages(base::NodeId a, base::NodeId b) const;
  static bool concerns_path(const Action& action, base::NodeId at, base::NodeId peer);
  static bool takes_away(const Action& action, base::NodeId at, base::NodeId peer);

  const Limits limits_;
  const std::vector<Action>& actions_;
  const std::vector<ActionState>& states_;
  const Hosts& hosts_;
  Agenda& agenda_;
  const Network& network_;
  Checkers& checkers_;
  std::vector<base::Time> calm_since_;       // by node; kNever while it is not served well
  base::Time ended_at_ = base::Time::min();  // when a node last ended by itself
  base::Time corrupted_until_{};             // when the last corruption ended
  std::map<std::pair<base::NodeId, base::NodeId>, base::Time> opened_;  // end of the last block
};

}  // namespace ovid::sim
