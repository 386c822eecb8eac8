// What an honest network does for the nodes of a fuzzed world.

#include <algorithm>

#include "link_world.hpp"

namespace ovid::fuzz {
namespace {

constexpr std::size_t kInFlightMax = 64;
/// The time that a recovery may take. It covers the silence limit after delays, a connection that
/// was mute several times, the longest pause before an attempt to connect, and a reserve.
constexpr base::Duration kRecovery = 11s;
constexpr base::Duration kAcknowledged = 700ms;  // two ping intervals, and a reserve
constexpr base::Duration kStep = 100us;

}  // namespace

void World::run(base::Duration duration) {
  const base::Time end = network_.now() + duration;
  for (std::uint16_t i = 0; i < kNodes; ++i)
    for (std::uint16_t k = 0; k < kNodes; ++k) network_.bound({i}, {k}, kInFlightMax);
  while (network_.now() < end) {
    bool busy = false;
    base::Time deadline = end;
    for (const auto& each : nodes_)
      if (each) busy = serve(*each) || busy;
    for (const auto& each : nodes_) {
      if (!each) continue;
      each->turn();
      deadline = std::min(deadline, each->links().deadline());
    }
    const base::Time next = network_.now() + kStep;
    network_.advance(busy ? next : std::max(deadline, next));
  }
  for (const auto& each : nodes_)
    if (each) each->turn();
}

/// Gives a node the reports and messages that are due. Returns false if there were none.
bool World::serve(Node& node) {
  bool busy = false;
  for (std::uint16_t i = 0; i < kNodes; ++i) {
    const base::NodeId id{i};
    if (id == node.self) continue;
    if (!runs(id)) network_.lose(node.self, id);
    if (const auto what = network_.due(node.self, id, runs(id))) {
      busy = true;
      node.report(id, *what);
    }
  }
  while (const auto packet = network_.take(node.self)) {
    busy = true;
    node.receive({packet->envelope.data(), packet->envelope.size()}, packet->body.view());
  }
  return busy;
}

void World::check_recovers() {
  if (managers_ == 2)
    for (const auto& [from, to] : {std::pair(0, 1), std::pair(1, 0)}) {
      const base::NodeId sender{static_cast<std::uint16_t>(from)};
      const base::NodeId receiver{static_cast<std::uint16_t>(to)};
      account_.check_acknowledged(sender, receiver,
                                  node(sender).links().state(receiver).ledger.acknowledged);
    }
  run(kRecovery);
  if (managers_ < 2) return check(!node({0}).peer({1}).up, "who refuses is down");
  Node& a = node({0});
  Node& b = node({1});
  check(a.peer(b.self).up && b.peer(a.self).up, "on an honest network everybody is up");
  const link::SessionName name = b.peer(a.self).session;
  check(a.peer(b.self).session == link::SessionName{name.peer, name.mine}, "in the same session");
  const std::uint64_t before = b.delivered;
  a.send(b.self, 10);
  b.broadcast(10);
  run(kAcknowledged);
  check(b.delivered > before, "what is sent arrives");
  check(a.links().state(b.self).ledger.unacknowledged == 0, "what arrives is acknowledged");
  check(b.links().state(a.self).ledger.unacknowledged == 0, "in both directions");
}

}  // namespace ovid::fuzz
