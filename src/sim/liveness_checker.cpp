#include "ovid/sim/liveness_checker.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;
using Condition = Processes::Condition;
using Kind = Event::Kind;

/// How long after the end of a block the messages that waited can keep a peer up: the time of TCP's
/// retransmission (Traits::retransmission_max).
constexpr base::Duration kOldMessagesMax = 1s;
/// The largest grid for which a return is promised.
constexpr std::size_t kBackNodesMax = 16;

NodeId node_id(std::size_t index) {
  return {static_cast<std::uint16_t>(index)};
}

}  // namespace

void LivenessChecker::served(NodeId node, bool well, bool as_usual) {
  base::Time& since = calm_since_[node.value];
  if (!well)
    since = base::kNever;
  else if (since == base::kNever || as_usual)
    since = agenda_.now();
}

void LivenessChecker::look_at_action(std::size_t index) {
  const base::Time now = agenda_.now();
  if (actions_[index].verb == Verb::Crash)
    agenda_.add(now + limits_.gone_after, Kind::Unseen, {}, {}, index);
  agenda_.add(now + limits_.unseen_after, Kind::Unseen, {}, {}, index);
}

void LivenessChecker::look_at_left() {
  for (const SessionChecker::Left& left : checkers_.sessions.take_left())
    agenda_.add(agenda_.now() + limits_.learns_within, Kind::Left, left.stayer, left.leaver,
                left.stayers_epoch.value);
}

void LivenessChecker::look_at_return(std::size_t index) {
  agenda_.add(agenda_.now() + limits_.back_within, Kind::Back, actions_[index].node(), {}, index);
}

/// How long after its end an action may keep two nodes from a session; 0: it does not. Faults that
/// lose, forge or delay messages may use up the limited answers to greetings and lengthen the
/// pauses between attempts to connect. All others are repaired as fast as a stop.
base::Duration LivenessChecker::effects_last(Verb verb) const {
  switch (verb) {
    case Verb::Partition:
    case Verb::Block:
    case Verb::Heal:
    case Verb::Poor:
    case Verb::Refuse:
    case Verb::Corrupt:
    case Verb::Duplicate:
    case Verb::Forge:
      return limits_.after_trouble;
    case Verb::Crash:
    case Verb::Restart:
    case Verb::Pause:
    case Verb::Continue:
    case Verb::Cut:
    case Verb::Slow:
    case Verb::Late:
      return limits_.back_within_slow_path;
    case Verb::Drift:
    case Verb::Line:
    case Verb::Hold:
    case Verb::Deliver:
    case Verb::Release:
    case Verb::Settle:
      break;
  }
  return {};
}

/// Whether the stop that this action ends is the only fault since `since`, and no earlier one may
/// still have effects.
bool LivenessChecker::nothing_else(std::size_t index, base::Time since) const {
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const Action& action = actions_[i];
    const ActionState& state = states_[i];
    const base::Duration effects = effects_last(action.verb);
    if (i == index || effects == 0s || state.changed == base::Time{}) continue;
    const bool this_stop = action.verb == Verb::Pause && action.node() == actions_[index].node();
    if (this_stop && !state.on && state.changed <= since) continue;
    // A node that has crashed and stays away is in no session and does not disturb the others.
    if (state.on && action.verb != Verb::Crash) return false;
    if (state.changed >= since - effects) return false;
  }
  return ended_at_ < since - limits_.back_within_slow_path;
}

/// Whether a rare slow message may have been in flight after `since`. It may have been sent shortly
/// before; an attempt to connect takes two latencies.
bool LivenessChecker::slow_path(base::Time since) const {
  return network_.rare_at() >= since - (limits_.back_within_slow_path - limits_.back_within);
}

void LivenessChecker::check_back(const Event& back) {
  const base::Time continued = states_[back.token].changed;
  const auto all = hosts_.size();
  if (all > kBackNodesMax || !nothing_else(back.token, continued)) return;
  if (agenda_.now() < continued + limits_.back_within_slow_path && slow_path(continued))
    return agenda_.add(continued + limits_.back_within_slow_path, Kind::Back, back.a, {},
                       back.token);
  for (const auto& each : hosts_) {
    if (each->id() == back.a || each->condition() != Condition::Running) continue;
    if (checkers_.sessions.leaving(each->id()) || checkers_.sessions.leaving(back.a)) continue;
    for (const auto& [at, peer] : {std::pair(back.a, each->id()), std::pair(each->id(), back.a)})
      if (!checkers_.sessions.up(at, peer))
        checkers_.findings.broken(
            fmt::format("node {}: does not see {} again {} ms after {} has continued", at.value,
                        peer.value, base::in_ms(agenda_.now() - continued), back.a.value));
  }
}

bool LivenessChecker::corrupted_since(base::Time time) const {
  return network_.corrupts() || corrupted_until_ > time;
}

bool LivenessChecker::calm(NodeId node, base::Duration time) const {
  return hosts_[node.value]->condition() == Condition::Running &&
         calm_since_[node.value] <= agenda_.now() - time;
}

bool LivenessChecker::path_troubled(NodeId a, NodeId b) const {
  return checkers_.troubles.until(a, b) >= agenda_.now() || poor_path(a, b);
}

/// Whether messages between the two take, or took lately, longer than the limits assume.
bool LivenessChecker::poor_path(NodeId a, NodeId b) const {
  const base::Time lately = agenda_.now() - limits_.after_trouble;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const bool poor = states_[i].on || states_[i].changed > lately;
    if (actions_[i].verb == Verb::Poor && poor && concerns_path(actions_[i], a, b)) return true;
  }
  return false;
}

bool LivenessChecker::takes_away(const Action& action, NodeId at, NodeId peer) {
  if (action.verb == Verb::Pause) return action.node() == peer;
  return (action.verb == Verb::Partition || action.verb == Verb::Block) &&
         concerns_path(action, at, peer);
}

bool LivenessChecker::concerns_path(const Action& action, NodeId at, NodeId peer) {
  const auto in = [](const std::vector<NodeId>& group, NodeId id) {
    return std::find(group.begin(), group.end(), id) != group.end();
  };
  return (in(action.left, at) && in(action.right, peer)) ||
         (in(action.right, at) && in(action.left, peer));
}

/// Whether messages that waited for a blocked path between the two may have arrived so recently
/// that a peer may still be shown as up because of them.
bool LivenessChecker::old_messages(NodeId a, NodeId b) const {
  const auto opened = opened_.find(std::minmax(a, b));
  return opened != opened_.end() &&
         agenda_.now() < opened->second + kOldMessagesMax + limits_.unseen_after;
}

/// Whether another action has begun or ended on the same path within the time limit. Then the limit
/// begins again: the node that notices first may not be able to tell the other, or its message is
/// lost with the connection.
bool LivenessChecker::cut_off_anew(std::size_t index, NodeId at, NodeId peer) const {
  const base::Time lately = agenda_.now() - limits_.unseen_after;
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (i != index && states_[i].changed > lately && concerns_path(actions_[i], at, peer))
      return true;
  return false;
}

/// Checks completeness. A node that was not served well had no chance to notice; it is checked
/// later.
void LivenessChecker::check_unseen(std::size_t index) {
  const Action& action = actions_[index];
  const ActionState& effect = states_[index];
  if (action.verb == Verb::Crash) return check_gone(index);
  if (!effect.on) return;
  bool again = false;
  for (std::size_t at = 0; at < hosts_.size(); ++at) {
    if (hosts_[at]->condition() == Condition::Gone) continue;
    if (hosts_[at]->condition() == Condition::Stopped ||
        calm_since_[at] > agenda_.now() - limits_.unseen_after) {
      again = true;
      continue;
    }
    for (std::size_t peer = 0; peer < hosts_.size(); ++peer) {
      // If only one direction of a path is blocked, the node at the other end must notice.
      const bool calm = hosts_[peer]->condition() != Condition::Stopped &&
                        calm_since_[peer] <= agenda_.now() - limits_.unseen_after;
      if (action.right.empty() ? path_troubled(node_id(at), node_id(peer))
                               : !calm || poor_path(node_id(at), node_id(peer)) ||
                                     old_messages(node_id(at), node_id(peer)) ||
                                     cut_off_anew(index, node_id(at), node_id(peer))) {
        again = true;
        continue;
      }
      const bool came_back =
          action.left.size() == 1 && action.right.empty() && hosts_[peer]->life() != effect.life;
      if (at != peer && takes_away(action, node_id(at), node_id(peer)) && !came_back)
        checkers_.sessions.must_not_show(node_id(at), node_id(peer), text_of(action));
    }
  }
  if (again) agenda_.add(agenda_.now() + limits_.unseen_after / 2, Kind::Unseen, {}, {}, index);
}

/// Checks that both sides learn that a session is over. Needs both to be served well, and path and
/// messages to be undisturbed; otherwise the check is repeated later, until the session is over.
void LivenessChecker::check_left(const Event& left) {
  if (!checkers_.sessions.in_session(left.a, left.b, {left.token})) return;
  const base::Time now = agenda_.now();
  if (calm(left.a, limits_.learns_after_calm) && calm(left.b, limits_.learns_after_calm) &&
      !path_troubled(left.a, left.b) && !corrupted_since(now - limits_.learns_after_calm))
    return checkers_.sessions.must_have_learned(left.a, left.b);
  agenda_.add(now + limits_.learns_within / 4, Kind::Left, left.a, left.b, left.token);
}

/// Checks that a crashed process is not shown as up, whether it was started again or not. Called
/// twice: early (gone_after) and late (unseen_after). The early check needs both ends to be served
/// well, and path and messages to be undisturbed: a new process at the same port shows by its
/// greeting that the first is gone, and a lost greeting is repeated later.
void LivenessChecker::check_gone(std::size_t index) {
  const ActionState& effect = states_[index];
  const NodeId peer = actions_[index].node();
  const base::Time now = agenda_.now();
  const bool early = now < effect.since + limits_.unseen_after;
  if (early && hosts_[peer.value]->condition() != Condition::Gone &&
      (!calm(peer, limits_.gone_after / 2) || corrupted_since(effect.since)))
    return;
  bool again = false;
  for (const auto& each : hosts_) {
    const NodeId at = each->id();
    if (at == peer || each->condition() == Condition::Gone) continue;
    if (!calm(at, early ? limits_.gone_after : limits_.unseen_after))
      again = true;
    else if (!early || !path_troubled(at, peer))
      checkers_.sessions.must_not_show(at, peer, effect.gone, text_of(actions_[index]));
  }
  if (again && !early) agenda_.add(now + limits_.unseen_after / 2, Kind::Unseen, {}, {}, index);
}

}  // namespace ovid::sim
