#pragma once
// An agent's place in a node: its name, its timers, and the checks of its calls (contract.hpp).
// Correct calls become effects of the turn (turn_effects.hpp).

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/agent/agent.hpp"
#include "ovid/agent/promises.hpp"
#include "ovid/base/time.hpp"
#include "ovid/base/timers.hpp"
#include "ovid/node/contract.hpp"
#include "ovid/node/turn_effects.hpp"

namespace ovid::node {

/// An agent, and its name in the log.
struct Hosted {
  std::string name;
  std::unique_ptr<agent::Agent> agent;
  /// The agent's promises, for drivers that check them. A node does not.
  std::unique_ptr<agent::Promises> promises{};
};
/// The agents of a node that hosts one.
std::vector<Hosted> alone(std::string name, std::unique_ptr<agent::Agent> agent,
                          std::unique_ptr<agent::Promises> promises = nullptr);

/// Owned by the node, on the loop's thread.
class Seat final : private agent::Effects {
 public:
  /// An agent of a grid of `nodes` nodes. The effects are borrowed. Asks the agent whether it needs
  /// a store; throws base::CannotStart if that throws.
  Seat(agent::AgentId id, Hosted hosted, int nodes, TurnEffects& effects);

  agent::AgentId id() const { return id_; }
  const std::string& name() const { return name_; }
  /// What the agent has said when it got this seat. It is not asked again: with another answer it
  /// would keep values in a node that has no store.
  bool needs_store() const { return needs_store_; }
  void step(const agent::Event& event);
  /// Steps the agent for every timer that is due.
  void fire_timers();
  base::Time deadline() const { return timers_.next(); }

 private:
  void send(const agent::Destination& to, std::string_view contents) override;
  void timer(agent::TimerId id, base::Duration min, base::Duration max) override;
  void cancel(agent::TimerId id) override;
  void reply(base::ClientId client, base::Rope text) override;
  void append(std::string_view value) override;
  void checkpoint(std::string_view value) override;
  void note(base::Severity severity, std::string_view text) override;
  void crash(agent::Crash how) override;

  /// Ends the node because the agent has broken the contract.
  void breaks(const std::string& how);
  /// False if there is a breach; the node then ends.
  bool may(const Breach& breach);

  const agent::AgentId id_;
  const std::string name_;
  std::unique_ptr<agent::Agent> agent_;
  const bool needs_store_;
  const int nodes_;
  TurnEffects& effects_;
  base::Timers<agent::TimerId> timers_;
  const agent::Event* event_ = nullptr;  // during a step
};

}  // namespace ovid::node
