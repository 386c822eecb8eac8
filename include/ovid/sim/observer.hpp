#pragma once
// What can be seen of a simulated node: each event and effect of its agents, and what leaves it.

#include <optional>
#include <string_view>

#include "ovid/agent/effect.hpp"
#include "ovid/agent/event.hpp"
#include "ovid/base/bytes.hpp"
#include "ovid/base/note.hpp"

namespace ovid::sim {

class Host;
struct Packet;

/// Called during turns, in the order in which things happen; must not change anything.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before the agent has seen the event.
  virtual void event(Host& host, agent::AgentId agent, const agent::Event& event) = 0;
  /// Before the node has seen the effect.
  virtual void effect(Host& host, agent::AgentId agent, const agent::Effect& effect) = 0;
  /// The process ends because of its own agent.
  virtual void ends(Host& host) = 0;
  /// What was appended so far is durable.
  virtual void synced(Host& host) = 0;
  /// Records leave, or a reply does.
  virtual void leaves(Host& host) = 0;
  virtual void reply(Host& host, const base::Rope& text) = 0;
  virtual void note(Host& host, base::Severity severity, std::optional<base::NodeId> peer,
                    std::string_view text) = 0;
  /// A message from the network, before it reaches the node.
  virtual void packet(Host& host, const Packet& packet) = 0;
};

}  // namespace ovid::sim
