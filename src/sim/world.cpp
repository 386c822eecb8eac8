#include "ovid/sim/world.hpp"

#include <algorithm>
#include <utility>

#include "ovid/sim/limit_checker.hpp"

namespace ovid::sim {
namespace {

using base::NodeId;

Traits traits_of(const WorldOptions& options) {
  Traits traits = options.network;
  return traits;
}

/// A burst of long texts would take minutes on a slow path.
bool long_bursts(const WorldOptions& options) {
  return options.network.path.perfect() && options.long_text_bytes <= kLongTextBytes;
}

}  // namespace

World::World(const WorldOptions& options, std::vector<Action> actions, Trace trace)
    : options_(options),
      limits_(options.promised.value_or(options.links), options.network),
      actions_(std::move(actions)),
      random_(options.seed),
      checkers_(static_cast<std::size_t>(options.nodes), options.links, limits_),
      network_(options.nodes, traits_of(options), agenda_, random_, *this),
      witness_(agenda_, checkers_, std::move(trace)),
      states_(actions_.size()),
      liveness_(limits_, actions_, states_, hosts_, agenda_, network_, checkers_),
      convergence_(network_, checkers_),
      outsiders_(
          {~options.seed, options.broadcasts_per_s, options.broadcasts_until, options.creatures,
           options.crashes_until, options.questions, options.long_text_bytes, long_bursts(options)},
          hosts_, agenda_, network_),
      lives_(limits_, options.crashes_until, agenda_, random_, checkers_, liveness_),
      injector_(actions_, states_, hosts_, lives_, agenda_, network_, checkers_.troubles, liveness_,
                outsiders_, witness_),
      sequence_(actions_, agenda_, injector_, checkers_.findings) {
  for (int id = 0; id < options.nodes; ++id) {
    link::Config config = options.links;
    config.nodes = options.nodes;
    config.self = {static_cast<std::uint16_t>(id)};
    hosts_.emplace_back(
        new Host(config, options.make_agents, agenda_, network_, random_, witness_));
    if (options.between)
      hosts_.back()->put_between([between = options.between, self = config.self](
                                     const node::Services& host) { return between(self, host); });
  }
  liveness_.begin(hosts_.size());
  if (!options.network.path.perfect()) witness_.tell("all paths: " + text_of(options.network.path));
  for (const auto& each : hosts_) lives_.start(*each);
  if (options.healthy) {
    checkers_.healthy.begin();
    agenda_.add(base::Time(limits_.meets_within), Kind::Meet, {});
  }
  outsiders_.begin(actions_);
}

void World::run(base::Duration end) {
  while (!violation()) {
    const base::Time next = agenda_.next();
    if (sequence_.due() <= std::min(next, base::Time(end))) {
      sequence_.take();
      continue;
    }
    if (next > base::Time(end)) return;
    if (const Event* soon = agenda_.soon()) expect(*soon);
    happen(agenda_.pop());
    sequence_.look();
  }
}

void World::check_convergence() {
  if (!violation()) checkers_.healthy.check_arrived(hosts_);
  const auto changes_paths = [](const Action& each) { return each.verb == Verb::Poor; };
  if (options_.healthy && !violation() &&
      std::none_of(actions_.begin(), actions_.end(), changes_paths))
    checkers_.healthy.check_waits(hosts_, network_);
  if (!violation()) convergence_.check(hosts_, agenda_.now());
  if (!violation())
    check_limits(hosts_, states_, options_.network, agenda_.now(), checkers_.findings);
}

void World::expect(const Event& soon) {
  if (soon.kind == Kind::Wake) return host(soon.a).expect_turn();
  network_.expect(soon);
}

void World::happen(const Event& event) {
  switch (event.kind) {
    case Kind::Wake:
      return turn(host(event.a));
    case Kind::Ends:
      return injector_.end(event.token);
    case Kind::Unseen:
      return liveness_.check_unseen(event.token);
    case Kind::Back:
      return liveness_.check_back(event);
    case Kind::Left:
      return liveness_.check_left(event);
    case Kind::Workload:
      return outsiders_.speak(host(event.a), event.token);
    case Kind::Forgery:
      return injector_.let_forge(event.token);
    case Kind::Rest:
      return outsiders_.let_rest(host(event.a));
    case Kind::Meet:
      return checkers_.healthy.check_met(agenda_.now(), hosts_);
    case Kind::Again:
      return lives_.start_again(host(event.a), event.token);
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
  checkers_.contract.turn_begins(host);
  host.turn();
  if (host.condition() == Condition::Running) {
    const base::Time now = host.clock().local(agenda_.now());
    checkers_.contract.turn_ends(host, now);
    checkers_.farewells.turned(host, now);
    checkers_.ledgers.turned(host);
    if (witness_.changes() != changes) outsiders_.hear_news(host);
    liveness_.look_at_left();
    return;
  }
  lives_.ended_by_itself(host);
}

Processes::Condition World::condition(NodeId node) const {
  return hosts_[node.value]->condition();
}

void World::report(NodeId node, NodeId peer, Report what) {
  host(node).report(peer, what);
}

void World::wake(NodeId node) {
  host(node).wake(agenda_.now());
}

}  // namespace ovid::sim
