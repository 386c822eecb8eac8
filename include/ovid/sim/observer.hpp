#pragma once
// What can be seen of a simulated node: each event and effect of its agents, and what leaves it.

#include <string>

#include "ovid/agent/effect.hpp"
#include "ovid/agent/event.hpp"
#include "ovid/base/bytes.hpp"
#include "ovid/observe/event.hpp"

namespace ovid::sim {

class Host;
struct Packet;
struct Unfinished;

/// Called during turns, in the order in which things happen; must not change anything. The default
/// implementations do nothing.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before the agent has seen the event.
  virtual void event(Host&, agent::AgentId, const agent::Event&) {}
  /// Before the node has seen the effect.
  virtual void effect(Host&, agent::AgentId, const agent::Effect&) {}
  /// An agent has broken one of its own promises (agent/promises.hpp); the text says which.
  virtual void promise_broken(Host&, agent::AgentId, const std::string&) {}
  /// The process ends because one of its agents crashed it or broke the contract.
  virtual void ends(Host&) {}
  /// The process ends because it was killed inside the turn that has just ended.
  virtual void killed_inside_turn(Host&, const Unfinished&) {}
  /// What was appended so far is durable.
  virtual void synced(Host&) {}
  /// Records leave, or a reply does.
  virtual void leaves(Host&) {}
  virtual void reply(Host&, const base::Rope&) {}
  /// The kinds of stream events for happened(). Asked once, when the host is made.
  virtual observe::Kinds kinds() const { return {}; }
  virtual void happened(Host&, const observe::Event&) {}
  /// A message from the network, before it reaches the node.
  virtual void packet(Host&, const Packet&) {}
};

}  // namespace ovid::sim
