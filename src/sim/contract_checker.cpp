#include "ovid/sim/contract_checker.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ovid/base/match.hpp"

namespace ovid::sim {
namespace {

/// The limit of the contract (agent/effects.hpp).
constexpr std::size_t kLocalPerTurn = 64;

}  // namespace

void ContractChecker::broken(const Host& host, const std::string& what) {
  findings_.broken(fmt::format("node {}: {}", host.id().value, what));
}

void ContractChecker::event(Host& host, base::Time local, agent::AgentId agent,
                            const agent::Event& event) {
  if (node(host).crashed)
    return broken(host, fmt::format("an agent is stepped after a crash: {}", text_of(event)));
  std::visit(base::Match{
                 [&](const agent::Start& e) { started(host, agent, e); },
                 [&](const agent::Message& e) {
                   if (e.from.node == host.id()) message(host, agent, e);
                 },
                 [&](const agent::Timer& e) { fired(host, local, agent, e.id); },
                 [](const agent::PeerUp&) {},
                 [](const agent::PeerDown&) {},
                 [](const agent::Line&) {},
                 [](const agent::ClientGone&) {},
             },
             event);
}

void ContractChecker::Kept::add(const Write& write) {
  if (write.checkpoint) {
    checkpoint = write.value;
    appended.clear();
  } else {
    appended.push_back(write.value);
  }
}

/// The agent must have recovered what one of the possible logs has of it. From now on only the logs
/// of which this is true are possible.
void ContractChecker::started(Host& host, agent::AgentId agent, const agent::Start& start) {
  Node& n = node(host);
  if (!start.recovered) return broken(host, "starts without its store");
  Kept recovered;
  if (start.recovered->checkpoint) recovered.checkpoint = *start.recovered->checkpoint;
  recovered.appended.assign(start.recovered->appended.begin(), start.recovered->appended.end());
  const Kept& durable = n.durable[agent];
  std::erase_if(n.since, [&](const Log& log) {
    Kept kept = durable;
    for (const Write& write : log)
      if (write.agent == agent) kept.add(write);
    return kept != recovered;
  });
  if (!n.since.empty()) return;
  n.since.assign(1, Log());
  broken(host, fmt::format("agent {} recovers what it did not leave: {} values after {}",
                           agent.value, recovered.appended.size(),
                           recovered.checkpoint ? "a checkpoint" : "no checkpoint"));
}

/// All agents have started, so the logs that are still possible differ in nothing that an agent
/// recovers.
void ContractChecker::settle(Node& node) {
  for (const Write& write : node.since.front()) node.durable[write.agent].add(write);
  node.since.assign(1, Log());
}

void ContractChecker::message(Host& host, agent::AgentId agent, const agent::Message& message) {
  Node& n = node(host);
  if (n.local.empty() || n.local.front().turn == n.turn)
    return broken(host, "a message to itself arrives that was not sent before this turn");
  const Local sent = std::move(n.local.front());
  n.local.pop_front();
  if (sent.from != message.from || sent.to != agent || sent.contents != message.contents)
    broken(host, "messages to itself arrive in another order than they were sent");
  if (++n.local_in_turn > kLocalPerTurn)
    broken(host, fmt::format("more than {} messages to itself in a turn", kLocalPerTurn));
}

void ContractChecker::fired(Host& host, base::Time local, agent::AgentId agent, agent::TimerId id) {
  Node& n = node(host);
  const auto found = n.timers.find({agent, id});
  if (found == n.timers.end())
    return broken(host, fmt::format("timer {} fires and is not set", id.value));
  if (local < found->second.min) broken(host, fmt::format("timer {} fires early", id.value));
  n.timers.erase(found);
}

void ContractChecker::effect(Host& host, base::Time local, agent::AgentId agent,
                             const agent::Effect& effect) {
  Node& n = node(host);
  const auto shortest = base::Duration(1);
  std::visit(base::Match{
                 [&](const agent::Send& e) {
                   const auto* address = std::get_if<agent::Address>(&e.to);
                   if (address && address->node == host.id())
                     n.local.push_back({n.turn, {host.id(), agent}, address->agent, e.contents});
                 },
                 [&](const agent::SetTimer& e) {
                   n.timers[{agent, e.id}] = {local + e.min, local + std::max(shortest, e.max)};
                 },
                 [&](const agent::CancelTimer& e) {
                   n.timers.erase({agent, e.id});
                 },
                 [&](const agent::Append& e) {
                   n.unsynced.push_back({agent, false, e.value});
                 },
                 [&](const agent::Checkpoint& e) {
                   n.unsynced.push_back({agent, true, e.value});
                 },
                 [&](const agent::CrashNode& e) {
                   n.crashed = e.how;
                   if (e.how == agent::Crash::AtOnce) n.unsynced.clear();
                 },
                 [](const agent::Reply&) {},
                 [](const agent::Note&) {},
             },
             effect);
}

void ContractChecker::synced(Host& host) {
  Node& n = node(host);
  if (++n.syncs_in_turn > 1) broken(host, "more than one sync in a turn");
  for (Log& log : n.since) log.insert(log.end(), n.unsynced.begin(), n.unsynced.end());
  n.unsynced.clear();
}

void ContractChecker::leaves(Host& host) {
  const Node& n = node(host);
  if (!n.unsynced.empty()) broken(host, "something leaves before what was appended is synced");
  if (n.crashed == agent::Crash::AtOnce) broken(host, "something leaves after a crash at once");
}

void ContractChecker::turn_begins(Host& host) {
  Node& n = node(host);
  if (!n.crashed) settle(n);
  ++n.turn;
  n.local_in_turn = 0;
  n.syncs_in_turn = 0;
}

void ContractChecker::turn_ends(Host& host, base::Time local) {
  const Node& n = node(host);
  if (n.crashed) return;
  if (!n.unsynced.empty()) broken(host, "a turn ends and what was appended is not synced");
  if (!n.local.empty() && n.local.front().turn < n.turn && n.local_in_turn < kLocalPerTurn)
    broken(host, "a message to itself does not arrive in the next turn");
  for (const auto& [key, timer] : n.timers)
    if (timer.max <= local) broken(host, fmt::format("timer {} does not fire", key.second.value));
}

/// Of what was not synced, the first few are durable or none, unless a crash "at once" has lost all
/// of it already.
void ContractChecker::ended(base::NodeId id) {
  Node& n = nodes_[id.value];
  std::vector<Log> possible;
  for (const Log& log : n.since) {
    possible.push_back(log);
    for (const Write& write : n.unsynced) {
      possible.push_back(possible.back());
      possible.back().push_back(write);
    }
  }
  n.since = std::move(possible);
  n.unsynced.clear();
  n.timers.clear();
  n.local.clear();
  n.crashed.reset();
  n.turn = 0;
}

}  // namespace ovid::sim
