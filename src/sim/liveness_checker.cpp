#include "ovid/sim/liveness_checker.hpp"

#include <algorithm>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;
using Condition = Processes::Condition;
using Kind = Event::Kind;

/// What is gone must not be shown any more after this (promise 4).
constexpr base::Duration kUnseenAfter = 1s;
/// For how long words that waited for a blocked path can keep a peer alive: TCP's retransmission
/// (network.cpp).
constexpr base::Duration kOldWordsMax = 1s;
/// What is gone altogether is refused a new connection, which shows at once; the network's worst
/// latency a few times over.
constexpr base::Duration kGoneAfter = 200ms;
/// Who is in a session that the other has left is told at once, and again with every greeting; well
/// below the silence limit, which would tell it as well.
constexpr base::Duration kLearnsWithin = 300ms;
/// Where both must first be served well again, or messages whole: a ping of who has stayed, and the
/// answer to it, at the network's worst latency.
constexpr base::Duration kLearnsAfterCalm = kLearnsWithin + 2 * 20ms;

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
    agenda_.add(now + kGoneAfter, Kind::Unseen, {}, {}, index);
  agenda_.add(now + kUnseenAfter, Kind::Unseen, {}, {}, index);
}

void LivenessChecker::look_at_left() {
  for (const Checker::Left& left : checker_.take_left())
    agenda_.add(agenda_.now() + kLearnsWithin, Kind::Left, left.stayer, left.leaver,
                left.stayers_epoch.value);
}

bool LivenessChecker::calm(NodeId node, base::Duration time) const {
  return hosts_[node.value]->condition() == Condition::Running &&
         calm_since_[node.value] <= agenda_.now() - time;
}

bool LivenessChecker::takes_away(const Action& action, NodeId at, NodeId peer) {
  if (action.verb == Verb::Pause) return action.node() == peer;
  if (action.verb != Verb::Partition && action.verb != Verb::Block) return false;
  const auto in = [](const std::vector<NodeId>& group, NodeId id) {
    return std::find(group.begin(), group.end(), id) != group.end();
  };
  return (in(action.left, at) && in(action.right, peer)) ||
         (in(action.right, at) && in(action.left, peer));
}

/// Of a path that was blocked before, words of then may have come as late as now, and count.
bool LivenessChecker::old_words(NodeId a, NodeId b) const {
  const auto opened = opened_.find(std::minmax(a, b));
  return opened != opened_.end() && agenda_.now() < opened->second + kOldWordsMax + kUnseenAfter;
}

/// Completeness. A node that was not served well had no chance to notice; it is asked later.
void LivenessChecker::check_unseen(std::size_t index) {
  const Action& action = actions_[index];
  const ActionState& effect = states_[index];
  if (action.verb == Verb::Crash) return check_gone(index);
  if (!effect.on) return;
  bool again = false;
  for (std::size_t at = 0; at < hosts_.size(); ++at) {
    if (hosts_[at]->condition() == Condition::Gone) continue;
    if (hosts_[at]->condition() == Condition::Stopped ||
        calm_since_[at] > agenda_.now() - kUnseenAfter) {
      again = true;
      continue;
    }
    for (std::size_t peer = 0; peer < hosts_.size(); ++peer) {
      // Of a path that is blocked one way, the other end is the one to notice.
      const bool calm = hosts_[peer]->condition() != Condition::Stopped &&
                        calm_since_[peer] <= agenda_.now() - kUnseenAfter;
      if (action.right.empty() ? checker_.troubled(node_id(at), node_id(peer), agenda_.now())
                               : !calm || old_words(node_id(at), node_id(peer))) {
        again = true;
        continue;
      }
      const bool came_back =
          action.left.size() == 1 && action.right.empty() && hosts_[peer]->life() != effect.life;
      if (at != peer && takes_away(action, node_id(at), node_id(peer)) && !came_back)
        checker_.must_not_show(node_id(at), node_id(peer), text_of(action));
    }
  }
  if (again) agenda_.add(agenda_.now() + kUnseenAfter / 2, Kind::Unseen, {}, {}, index);
}

/// Both sides learn that a session is over. Asked where both are served well and nothing is wrong
/// with the path or the messages; else later, until the session is over.
void LivenessChecker::check_left(const Event& left) {
  if (!checker_.in_session(left.a, left.b, {left.token})) return;
  const base::Time now = agenda_.now();
  if (calm(left.a, kLearnsAfterCalm) && calm(left.b, kLearnsAfterCalm) &&
      !checker_.troubled(left.a, left.b, now) && !network_.corrupts() &&
      corrupted_until_ <= now - kLearnsAfterCalm)
    return checker_.must_have_learned(left.a, left.b);
  agenda_.add(now + kLearnsWithin / 4, Kind::Left, left.a, left.b, left.token);
}

/// Of a process that is gone, early and late, whether there is another one or not. Early only where
/// both ends are served well and nothing is wrong with the path.
void LivenessChecker::check_gone(std::size_t index) {
  const ActionState& effect = states_[index];
  const NodeId peer = actions_[index].node();
  const base::Time now = agenda_.now();
  const bool early = now < effect.since + kUnseenAfter;
  if (early && hosts_[peer.value]->condition() != Condition::Gone && !calm(peer, kGoneAfter / 2))
    return;
  bool again = false;
  for (const auto& each : hosts_) {
    const NodeId at = each->id();
    if (at == peer || each->condition() == Condition::Gone) continue;
    if (!calm(at, early ? kGoneAfter : kUnseenAfter))
      again = true;
    else if (!early || !checker_.troubled(at, peer, now))
      checker_.must_not_show(at, peer, effect.gone, text_of(actions_[index]));
  }
  if (again && !early) agenda_.add(now + kUnseenAfter / 2, Kind::Unseen, {}, {}, index);
}

}  // namespace ovid::sim
