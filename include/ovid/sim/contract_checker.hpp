#pragma once
// The promises of the agent contract (agent/effects.hpp), checked while a simulated grid runs:
//
//   order        nothing leaves a node before what was appended is synced; at most one sync a turn
//   durability   values that were synced before a crash are recovered, in order; of the others, the
//                first few or none are, of all agents of the node together, and none after a crash
//                "at once"
//   timers       fire once, when they are due and not before, and not after they were cancelled
//   itself       messages to agents of the same node arrive in order, in the next turn, at most 64
//                of them a turn, none lost
//   crash        no agent of the node is stepped any more, and after "at once" no record leaves
//
// It sees events and effects, and uses none of the node's own decisions.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ovid/sim/findings.hpp"
#include "ovid/sim/host.hpp"

namespace ovid::sim {

/// Borrows the findings.
class ContractChecker {
 public:
  ContractChecker(std::size_t nodes, Findings& findings) : findings_(findings), nodes_(nodes) {}

  void event(Host& host, base::Time local, agent::AgentId agent, const agent::Event& event);
  void effect(Host& host, base::Time local, agent::AgentId agent, const agent::Effect& effect);
  void synced(Host& host);
  void leaves(Host& host);
  /// Called before and after each turn. `local` is the time of the turn by the node's clock.
  void turn_begins(Host& host);
  void turn_ends(Host& host, base::Time local);
  /// How an agent has crashed the node's present process; nullopt if none has.
  std::optional<agent::Crash> crashed(const Host& host) const {
    return nodes_[host.id().value].crashed;
  }
  /// The node's process has ended.
  void ended(base::NodeId node);

 private:
  struct Write {
    agent::AgentId agent;
    bool checkpoint = false;
    std::string value;
  };
  using Log = std::vector<Write>;  // of all agents of a node, in order
  /// What the store has for one agent.
  struct Kept {
    std::optional<std::string> checkpoint{};
    std::vector<std::string> appended{};
    void add(const Write& write);
    bool operator==(const Kept&) const = default;
  };
  struct Timer {
    base::Time min;
    base::Time max;
  };
  struct Local {
    std::uint64_t turn = 0;  // in which it was sent
    agent::Address from;
    agent::AgentId to;
    std::string contents;
  };
  struct Node {
    std::map<agent::AgentId, Kept> durable;
    // What has become durable after that. A kill cuts a log at an unknown place, and what the
    // agents recover shows, one after the other, where it was. These are the logs that are still
    // possible, at least one.
    std::vector<Log> since{Log()};
    Log unsynced;  // of the present process
    std::map<std::pair<agent::AgentId, agent::TimerId>, Timer> timers;
    std::deque<Local> local;
    std::size_t local_in_turn = 0;
    std::uint64_t turn = 0;
    int syncs_in_turn = 0;
    std::optional<agent::Crash> crashed;
  };

  void started(Host& host, agent::AgentId agent, const agent::Start& start);
  static void settle(Node& node);
  void message(Host& host, agent::AgentId agent, const agent::Message& message);
  void fired(Host& host, base::Time local, agent::AgentId agent, agent::TimerId id);
  void broken(const Host& host, const std::string& what);
  Node& node(const Host& host) { return nodes_[host.id().value]; }

  Findings& findings_;
  std::vector<Node> nodes_;
};

}  // namespace ovid::sim
