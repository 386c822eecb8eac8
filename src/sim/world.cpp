#include "ovid/sim/world.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;

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
/// Milliseconds per turn up to which a late node notices everything in time all the same.
constexpr std::int64_t kLateEnough = 20;
/// Ends of actions that have no end of their own.
constexpr base::Duration kForever = 1000000s;

NodeId node_id(std::size_t index) {
  return {static_cast<std::uint16_t>(index)};
}

}  // namespace

World::World(const WorldOptions& options, std::vector<Action> actions, Trace trace)
    : options_(options),
      actions_(std::move(actions)),
      random_(options.seed),
      checker_(options.nodes, options.links),
      network_(options.nodes, agenda_, random_, *this),
      witness_(agenda_, random_, checker_, std::move(trace)),
      effects_(actions_.size()),
      calm_since_(static_cast<std::size_t>(options.nodes)),
      outsiders_({~options.seed, options.broadcasts_per_s, options.broadcasts_until}, hosts_,
                 agenda_, network_) {
  for (int id = 0; id < options.nodes; ++id) {
    link::Config config = options.links;
    config.nodes = options.nodes;
    config.self = {static_cast<std::uint16_t>(id)};
    hosts_.emplace_back(new Host(config, options.make_agent, agenda_, network_, random_, witness_));
  }
  for (std::size_t i = 0; i < actions_.size(); ++i)
    agenda_.add(base::Time(actions_[i].at), Kind::Begins, {}, {}, i);
  for (const auto& each : hosts_) start(*each);
  outsiders_.begin(actions_);
}

void World::run(base::Duration end) {
  while (!violation() && agenda_.next() <= base::Time(end)) {
    if (const Event* soon = agenda_.soon()) network_.expect(*soon);
    happen(agenda_.pop());
  }
}

void World::check_convergence() {
  if (!violation()) checker_.must_have_converged(hosts_);
}

void World::happen(const Event& event) {
  switch (event.kind) {
    case Kind::Wake:
      return turn(host(event.a));
    case Kind::Begins:
      return begin(event.token);
    case Kind::Ends:
      return end(event.token);
    case Kind::Unseen:
      return check_unseen(event.token);
    case Kind::Left:
      return check_left(event);
    case Kind::Workload:
      return outsiders_.speak(host(event.a), event.token);
    case Kind::Forgery:
      return let_forge(event.token);
    case Kind::Arrival:
    case Kind::Outcome:
    case Kind::Unreachable:
    case Kind::Handshake:
    case Kind::Reset:
    case Kind::Room:
    case Kind::Stray:
      return network_.happen(event);
  }
}

void World::turn(Host& host) {
  if (host.condition() != Condition::Running) return;
  const std::uint64_t changes = witness_.changes();
  host.turn();
  if (host.condition() == Condition::Running) {
    checker_.turned(host);
    if (witness_.changes() != changes) outsiders_.hear_news(host);
    for (const Checker::Left& left : checker_.take_left())
      agenda_.add(agenda_.now() + kLearnsWithin, Kind::Left, left.stayer, left.leaver,
                  left.stayers_epoch.value);
    return;
  }
  kill(host);  // by its own agent
  checker_.trouble(host.id(), base::Time(kForever));
}

// ---- Processes

Processes::Condition World::condition(NodeId node) const {
  return hosts_[node.value]->condition();
}

void World::report(NodeId node, NodeId peer, Report what) {
  host(node).report(peer, what);
}

void World::wake(NodeId node) {
  host(node).wake(agenda_.now());
}

void World::start(Host& host) {
  host.start();
  checker_.started(host.id(), host.links().incarnation());
  calm_from_now(host);
}

void World::kill(Host& host) {
  if (host.condition() != Condition::Gone) host.kill();
  checker_.killed(host.id());
}

void World::calm_from_now(const Host& host) {
  calm_since_[host.id().value] = agenda_.now();
}

// ---- Actions

void World::begin(std::size_t index) {
  const Action& action = actions_[index];
  Effect& effect = effects_[index];
  effect = {true, agenda_.now(), 0};
  witness_.trace(text_of(action));
  checker_.expect_trouble(action, actions_, agenda_.now());
  switch (action.verb) {
    case Verb::Partition:
    case Verb::Block:
      path(action, true);
      break;
    case Verb::Heal:
      return heal();
    case Verb::Cut:
      return network_.cut(action.node(), action.right.front());
    case Verb::Refuse:
      network_.refuse(action.node(), action.right.front(), true);
      break;
    case Verb::Duplicate:
      witness_.duplicate_per_thousand += action.amount;
      break;
    case Verb::Corrupt:
      witness_.corrupt_per_thousand += action.amount;
      break;
    case Verb::Forge:
      agenda_.add(agenda_.now(), Kind::Forgery, {}, {}, index);
      break;
    case Verb::Crash:
    case Verb::Restart:
    case Verb::Pause:
    case Verb::Continue:
    case Verb::Slow:
    case Verb::Late:
    case Verb::Drift:
    case Verb::Line:
      begin_at_node(action, effect, host(action.node()));
      break;
  }
  if (!effect.on) return;
  if (action.lasting > 0s) agenda_.add(agenda_.now() + action.lasting, Kind::Ends, {}, {}, index);
  if (action.verb == Verb::Crash)
    agenda_.add(agenda_.now() + kGoneAfter, Kind::Unseen, {}, {}, index);
  agenda_.add(agenda_.now() + kUnseenAfter, Kind::Unseen, {}, {}, index);
}

void World::begin_at_node(const Action& action, Effect& effect, Host& host) {
  const bool running = host.condition() == Condition::Running;
  switch (action.verb) {
    case Verb::Crash:
      effect.on = host.condition() != Condition::Gone;
      if (!effect.on) break;
      effect.gone = host.links().incarnation();
      kill(host);
      break;
    case Verb::Restart:
      effect.on = false;
      if (host.condition() == Condition::Gone) start(host);
      break;
    case Verb::Pause:
      effect.on = running;
      if (effect.on) host.stop();
      break;
    case Verb::Continue:
      effect.on = false;
      if (host.condition() == Condition::Stopped) {
        host.proceed();
        calm_from_now(host);
      }
      break;
    case Verb::Slow:
      host.service().slow_by = std::chrono::milliseconds(action.amount);
      calm_since_[host.id().value] = base::kNever;
      break;
    case Verb::Late:
      host.service().late_most = std::chrono::milliseconds(action.amount);
      if (action.amount > kLateEnough) calm_since_[host.id().value] = base::kNever;
      break;
    case Verb::Drift:
      host.clock().drift(agenda_.now(), action.amount);
      host.wake(agenda_.now());
      break;
    default:
      if (running) host.line(action.text);
  }
  effect.life = host.life();
}

void World::end(std::size_t index) {
  const Action& action = actions_[index];
  Effect& effect = effects_[index];
  if (!std::exchange(effect.on, false)) return;
  witness_.trace(fmt::format("end of: {}", text_of(action)));
  switch (action.verb) {
    case Verb::Partition:
    case Verb::Block:
      return path(action, false);
    case Verb::Refuse:
      return network_.refuse(action.node(), action.right.front(), false);
    case Verb::Duplicate:
      witness_.duplicate_per_thousand -= action.amount;
      return;
    case Verb::Corrupt:
      witness_.corrupt_per_thousand -= action.amount;
      return;
    default:
      if (!action.left.empty()) end_at_node(action, effect, host(action.node()));
  }
}

void World::end_at_node(const Action& action, const Effect& effect, Host& host) {
  switch (action.verb) {
    case Verb::Crash:
      if (host.condition() == Condition::Gone && host.life() == effect.life) start(host);
      return;
    case Verb::Pause:
      if (host.condition() == Condition::Stopped && host.life() == effect.life) {
        host.proceed();
        calm_from_now(host);
      }
      return;
    case Verb::Slow:
    case Verb::Late:
      host.service() = {};
      calm_from_now(host);
      host.wake(agenda_.now());
      return;
    default:
      return;
  }
}

void World::let_forge(std::size_t index) {
  const Action& action = actions_[index];
  if (!effects_[index].on || action.amount <= 0) return;
  agenda_.add(agenda_.now() + 1000ms / static_cast<int>(action.amount), Kind::Forgery, {}, {},
              index);
  outsiders_.forge();
}

void World::path(const Action& action, bool blocked) {
  for (const NodeId from : action.left)
    for (const NodeId to : action.right) {
      if (from == to) continue;
      if (!blocked) opened_[std::minmax(from, to)] = agenda_.now();
      blocked ? network_.block(from, to) : network_.unblock(from, to);
      if (action.verb == Verb::Partition)
        blocked ? network_.block(to, from) : network_.unblock(to, from);
    }
}

void World::heal() {
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (actions_[i].verb == Verb::Partition || actions_[i].verb == Verb::Block) end(i);
}

bool World::takes_away(const Action& action, NodeId at, NodeId peer) const {
  if (action.verb == Verb::Pause) return action.node() == peer;
  if (action.verb != Verb::Partition && action.verb != Verb::Block) return false;
  const auto in = [](const std::vector<NodeId>& group, NodeId id) {
    return std::find(group.begin(), group.end(), id) != group.end();
  };
  return (in(action.left, at) && in(action.right, peer)) ||
         (in(action.right, at) && in(action.left, peer));
}

/// Of a path that was blocked before, words of then may have come as late as now, and count.
bool World::old_words(NodeId a, NodeId b) const {
  const auto opened = opened_.find(std::minmax(a, b));
  return opened != opened_.end() && agenda_.now() < opened->second + kOldWordsMax + kUnseenAfter;
}

/// Completeness. A node that was not served well had no chance to notice; it is asked later.
void World::check_unseen(std::size_t index) {
  const Action& action = actions_[index];
  const Effect& effect = effects_[index];
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
void World::check_left(const Event& left) {
  if (!checker_.in_session(left.a, left.b, {left.token})) return;
  const base::Time now = agenda_.now();
  const auto calm = [&](NodeId node) {
    return host(node).condition() == Condition::Running &&
           calm_since_[node.value] <= now - kLearnsWithin;
  };
  if (calm(left.a) && calm(left.b) && !checker_.troubled(left.a, left.b, now) &&
      witness_.corrupt_per_thousand == 0)
    return checker_.must_have_learned(left.a, left.b);
  agenda_.add(now + kLearnsWithin / 4, Kind::Left, left.a, left.b, left.token);
}

/// Of a process that is gone, early and late, whether there is another one or not. Early only where
/// both ends are served well and nothing is wrong with the path.
void World::check_gone(std::size_t index) {
  const Effect& effect = effects_[index];
  const NodeId peer = actions_[index].node();
  const base::Time now = agenda_.now();
  const bool early = now < effect.since + kUnseenAfter;
  const auto calm = [&](NodeId node, base::Duration time) {
    return host(node).condition() == Condition::Running && calm_since_[node.value] <= now - time;
  };
  if (early && host(peer).condition() != Condition::Gone && !calm(peer, kGoneAfter / 2)) return;
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
