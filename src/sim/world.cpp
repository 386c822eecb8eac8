#include "ovid/sim/world.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;

/// How soon a node that has ended by itself is started again, mostly and at the latest.
constexpr base::Duration kSoonAgain = 300us;
constexpr base::Duration kLaterAgain = 300ms;
/// How long who is not started again stays away.
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
      streams_(options.nodes),
      network_(options.nodes, traits_of(options), agenda_, random_, *this),
      witness_(agenda_, checker_, contract_, streams_, std::move(trace)),
      states_(actions_.size()),
      liveness_(limits_, actions_, states_, hosts_, agenda_, network_, checker_),
      outsiders_({~options.seed, options.broadcasts_per_s, options.broadcasts_until,
                  options.creatures, options.crashes_until, options.questions},
                 hosts_, agenda_, network_),
      injector_(actions_, states_, hosts_, *this, agenda_, network_, checker_, liveness_,
                outsiders_, witness_),
      sequence_(actions_, agenda_, injector_, checker_) {
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
  for (const auto& each : hosts_) start(*each);
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
    if (const Event* soon = agenda_.soon()) network_.expect(*soon);
    happen(agenda_.pop());
    sequence_.look();
  }
}

void World::check_convergence() {
  if (!violation()) checker_.must_have_converged(hosts_, network_);
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
  tell_ended(host);
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
  tell_ended(host);
}

void World::tell_ended(const Host& host) {
  checker_.killed(host.id());
  contract_.ended(host.id());
  streams_.ended(host.id());
}

}  // namespace ovid::sim
