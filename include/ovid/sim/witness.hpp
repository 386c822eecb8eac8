#pragma once
// Observes what the nodes of a simulated grid do: tells the checkers, adds it to the hash of the
// run, and writes the trace, if one is wanted. Changes nothing.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/kill_point.hpp"

namespace ovid::sim {

/// Gets a line for each thing that happened, without line end: actions, events of nodes, replies.
using Trace = std::function<void(const std::string&)>;

class Witness final : public Observer {
 public:
  Witness(Agenda& agenda, Checkers& checkers, Trace trace)
      : agenda_(agenda), checkers_(checkers), trace_(std::move(trace)) {}

  /// How often a node has seen a peer come up or go down.
  std::uint64_t changes() const { return changes_; }
  /// A hash of everything that has happened.
  std::uint64_t hash() const { return hash_; }
  /// The processes that were killed inside a turn, in the order in which it happened.
  const std::vector<Killed>& killed() const { return killed_; }
  void trace(const std::string& line);
  /// The same, with the time before it.
  void tell(std::string_view what);

  void event(Host& host, agent::AgentId agent, const agent::Event& event) override;
  void effect(Host& host, agent::AgentId agent, const agent::Effect& effect) override;
  void promise_broken(Host& host, agent::AgentId agent, const std::string& what) override;
  void ends(Host& host) override;
  void killed_inside_turn(Host& host, const Unfinished& unfinished) override;
  void synced(Host& host) override { checkers_.contract.synced(host); }
  void leaves(Host& host) override { checkers_.contract.leaves(host); }
  void reply(Host& host, const base::Rope& text) override;
  observe::Kinds kinds() const override;
  void happened(Host& host, const observe::Event& event) override;
  void packet(Host& host, const Packet& packet) override;

 private:
  void mix(std::uint64_t value);

  Agenda& agenda_;
  Checkers& checkers_;
  const Trace trace_;
  std::uint64_t changes_ = 0;
  std::uint64_t hash_ = 0;
  std::vector<Killed> killed_;
};

}  // namespace ovid::sim
