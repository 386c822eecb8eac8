#pragma once
// Sees and hears what the nodes of a simulated grid do: tells the checkers, folds it into the trace
// hash, and puts it into words where somebody wants to read them. Changes nothing.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ovid/sim/checkers.hpp"
#include "ovid/sim/host.hpp"

namespace ovid::sim {

/// Gets what happened, a line each, without line end: actions, what nodes tell, replies.
using Trace = std::function<void(const std::string&)>;

class Witness final : public Observer {
 public:
  Witness(Agenda& agenda, Checkers& checkers, Trace trace)
      : agenda_(agenda), checkers_(checkers), trace_(std::move(trace)) {}

  /// How often somebody was seen to come or go.
  std::uint64_t changes() const { return changes_; }
  /// Of everything that happened.
  std::uint64_t hash() const { return hash_; }
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
};

}  // namespace ovid::sim
