#pragma once
// The chatroom of Cornell's CS 5414, Lab 0: whoever is in it tells the others, everybody keeps a
// log, and a master asks for it. The commands are those of chat_command.hpp.

#include <set>

#include "ovid/agent/agent.hpp"
#include "ovid/agents/chat_log.hpp"

namespace ovid::agents {

/// A broadcast enters the sender's own log at once and every other log in the sender's order.
/// After a restart the log is empty and catches up on nothing.
class Chatroom final : public agent::Agent {
 public:
  void step(const agent::Event& event, agent::Effects& effects) override;

 private:
  void line(const agent::Line& line, agent::Effects& effects);

  ChatLog log_;
  std::set<base::NodeId> alive_;  // ourselves and every peer that is up
};

}  // namespace ovid::agents
