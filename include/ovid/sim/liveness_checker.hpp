#pragma once
// The promises about who is shown alive, checked against what has been done to the grid:
//
//   completeness   what is gone, stopped or cut off is not shown alive for long
//   return         who continues after a stop is in sessions with all others soon, if nothing else
//                  happens
//   notice         who is in a session that the other has left learns it, long before silence tells
//
// A node that was not served well had no chance to notice; it is asked later.

#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/limits.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// What an action of a run has done so far.
struct ActionState {
  bool on = false;
  base::Time since{};
  base::Time changed{};      // when it began or ended last; 0: neither yet
  int life = 0;              // of the node concerned
  base::Incarnation gone{};  // what a crash has ended
};

/// Borrows all of it.
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

  /// How many nodes there are, all of them served well.
  void begin(std::size_t nodes) { calm_since_.resize(nodes); }
  /// The node has just started or continued; a machine that serves it badly still does.
  void calm_from_now(base::NodeId node) {
    base::Time& since = calm_since_[node.value];
    if (since != base::kNever) since = agenda_.now();
  }
  /// Whether the machine serves the node so well that it notices everything in time.
  void served(base::NodeId node, bool well, bool as_usual);
  void path_opened(base::NodeId a, base::NodeId b) { opened_[std::minmax(a, b)] = agenda_.now(); }
  void corruption_ended() { corrupted_until_ = agenda_.now(); }
  /// A node has ended by itself.
  void node_ended() { ended_at_ = agenda_.now(); }

  /// Puts on the agenda when to look: at what an action that begins now has taken away, and at the
  /// sessions that have been left since the last call.
  void look_at_action(std::size_t index);
  void look_at_left();
  /// A node continues, because this action begins (continue) or ends (pause).
  void look_at_return(std::size_t index);

  // The agenda's Unseen, Back and Left.
  void check_unseen(std::size_t index);
  void check_back(const Event& back);
  void check_left(const Event& left);

 private:
  bool corrupted_since(base::Time time) const;
  bool calm(base::NodeId node, base::Duration time) const;
  bool path_troubled(base::NodeId a, base::NodeId b) const;
  void check_gone(std::size_t index);
  bool nothing_else(std::size_t index, base::Time since) const;
  base::Duration effects_last(Verb verb) const;
  bool slow_path(base::Time since) const;
  bool cut_off_anew(std::size_t index, base::NodeId at, base::NodeId peer) const;
  bool old_words(base::NodeId a, base::NodeId b) const;
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
  base::Time ended_at_ = base::Time::min();  // the last end of a node by itself
  base::Time corrupted_until_{};             // the end of the last corruption that is over
  std::map<std::pair<base::NodeId, base::NodeId>, base::Time> opened_;  // the last block's end
};

}  // namespace ovid::sim
