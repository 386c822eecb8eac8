#include "ovid/sim/world.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;

/// Milliseconds per turn up to which a late node notices everything in time all the same.
constexpr std::int64_t kLateEnough = 20;
/// How soon a node that has ended by itself is started again, mostly and at the latest.
constexpr base::Duration kSoonAgain = 300us;
constexpr base::Duration kLaterAgain = 300ms;
/// Ends of actions that have no end of their own.
constexpr base::Duration kForever = 1000000s;

Traits traits_of(const WorldOptions& options) {
  Traits traits = options.network;
  traits.connect_max = options.links.connect_max;
  traits.handshake_max = options.links.handshake_max;
  return traits;
}

}  // namespace

World::World(const WorldOptions& options, std::vector<Action> actions, Trace trace)
    : options_(options),
      limits_(options.promised.value_or(options.links), options.network),
      actions_(std::move(actions)),
      random_(options.seed),
      checker_(options.nodes, options.links, limits_),
      contract_(options.nodes),
      network_(options.nodes, traits_of(options), agenda_, random_, *this),
      witness_(agenda_, checker_, contract_, std::move(trace)),
      effects_(actions_.size()),
      liveness_(limits_, actions_, effects_, hosts_, agenda_, network_, checker_),
      outsiders_({~options.seed, options.broadcasts_per_s, options.broadcasts_until,
                  options.creatures, options.crashes_until},
                 hosts_, agenda_, network_) {
  for (int id = 0; id < options.nodes; ++id) {
    link::Config config = options.links;
    config.nodes = options.nodes;
    config.self = {static_cast<std::uint16_t>(id)};
    hosts_.emplace_back(
        new Host(config, options.make_agents, agenda_, network_, random_, witness_));
  }
  for (std::size_t i = 0; i < actions_.size(); ++i)
    agenda_.add(base::Time(actions_[i].at), Kind::Begins, {}, {}, i);
  liveness_.begin(hosts_.size());
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
  if (!violation()) checker_.must_have_converged(hosts_, network_);
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
      return liveness_.check_unseen(event.token);
    case Kind::Back:
      return liveness_.check_back(event);
    case Kind::Left:
      return liveness_.check_left(event);
    case Kind::Workload:
      return outsiders_.speak(host(event.a), event.token);
    case Kind::Forgery:
      return let_forge(event.token);
    case Kind::Rest:
      return outsiders_.let_rest(host(event.a));
    case Kind::Again:
      if (Host& gone = host(event.a); gone.condition() == Condition::Gone &&
                                      static_cast<std::uint64_t>(gone.life()) == event.token)
        start(gone);
      return;
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
  if (!host.turn_is_due()) return;
  const std::uint64_t changes = witness_.changes();
  contract_.turn_begins(host);
  host.turn();
  if (host.condition() == Condition::Running) {
    contract_.turn_ends(host, host.clock().local(agenda_.now()));
    checker_.turned(host);
    if (witness_.changes() != changes) outsiders_.hear_news(host);
    liveness_.look_at_left();
    return;
  }
  ended_by_itself(host);
}

void World::ended_by_itself(Host& host) {
  if (!host.failure().empty())
    return checker_.broken(fmt::format("node {}: {}", host.id().value, host.failure()));
  checker_.killed(host.id());
  contract_.ended(host.id());
  liveness_.node_ended();
  if (options_.crashes_until == 0s) return checker_.trouble(host.id(), base::Time(kForever));
  const base::Duration away =
      random_.chance(1, 2) ? random_.between(0s, kSoonAgain) : random_.between(0s, kLaterAgain);
  checker_.trouble(host.id(), agenda_.now() + away + limits_.after_trouble);
  agenda_.add(agenda_.now() + away, Kind::Again, host.id(), {},
              static_cast<std::uint64_t>(host.life()));
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
  if (host.condition() == Condition::Gone) return ended_by_itself(host);
  checker_.started(host.id(), host.links().incarnation());
  liveness_.calm_from_now(host.id());
}

void World::kill(Host& host) {
  if (host.condition() != Condition::Gone) host.kill();
  checker_.killed(host.id());
  contract_.ended(host.id());
}

// ---- Actions

void World::begin(std::size_t index) {
  const Action& action = actions_[index];
  ActionState& effect = effects_[index];
  effect = {true, agenda_.now(), agenda_.now(), 0};
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
      network_.duplicate(action.amount);
      break;
    case Verb::Corrupt:
      network_.corrupt(action.amount);
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
  liveness_.look_at_action(index);
}

void World::begin_at_node(const Action& action, ActionState& effect, Host& host) {
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
        liveness_.calm_from_now(host.id());
      }
      break;
    case Verb::Slow:
    case Verb::Late:
      serve(host);
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
  ActionState& effect = effects_[index];
  if (!std::exchange(effect.on, false)) return;
  effect.changed = agenda_.now();
  witness_.trace(fmt::format("end of: {}", text_of(action)));
  switch (action.verb) {
    case Verb::Partition:
    case Verb::Block:
      return path(action, false);
    case Verb::Refuse:
      return network_.refuse(action.node(), action.right.front(), false);
    case Verb::Duplicate:
      return network_.duplicate(-action.amount);
    case Verb::Corrupt:
      liveness_.corruption_ended();
      return network_.corrupt(-action.amount);
    default:
      if (!action.left.empty()) end_at_node(index, host(action.node()));
  }
}

void World::end_at_node(std::size_t index, Host& host) {
  const ActionState& effect = effects_[index];
  switch (actions_[index].verb) {
    case Verb::Crash:
      if (host.condition() == Condition::Gone && host.life() == effect.life) start(host);
      return;
    case Verb::Pause:
      if (host.condition() == Condition::Stopped && host.life() == effect.life) {
        host.proceed();
        liveness_.calm_from_now(host.id());
        liveness_.look_at_return(index);
      }
      return;
    case Verb::Slow:
    case Verb::Late:
      serve(host);
      host.wake(agenda_.now());
      return;
    default:
      return;
  }
}

/// As the worst of the actions says that are on.
void World::serve(Host& host) {
  Service service;
  bool calm = true;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const Action& action = actions_[i];
    if (!effects_[i].on || action.left.size() != 1 || action.node() != host.id()) continue;
    const base::Duration amount = std::chrono::milliseconds(action.amount);
    if (action.verb == Verb::Slow) {
      service.slow_by = std::max(service.slow_by, amount);
      calm = false;
    } else if (action.verb == Verb::Late) {
      service.late_max = std::max(service.late_max, amount);
      calm = calm && action.amount <= kLateEnough;
    }
  }
  host.service() = service;
  liveness_.served(host.id(), calm, service.slow_by + service.late_max == 0s);
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
      if (!blocked) liveness_.path_opened(from, to);
      blocked ? network_.block(from, to) : network_.unblock(from, to);
      if (action.verb == Verb::Partition)
        blocked ? network_.block(to, from) : network_.unblock(to, from);
    }
}

void World::heal() {
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (actions_[i].verb == Verb::Partition || actions_[i].verb == Verb::Block) end(i);
}

}  // namespace ovid::sim
