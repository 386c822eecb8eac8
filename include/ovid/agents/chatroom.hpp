#pragma once
// The chatroom of Cornell's CS 5414, Lab 0: nodes broadcast what their clients send, each keeps a
// log of all messages, and clients ask for it. The commands are those of chat_command.hpp.

#include <memory_resource>

#include "ovid/agent/agent.hpp"
#include "ovid/agents/chat_log.hpp"
#include "ovid/base/node_set.hpp"

namespace ovid::agents {

/// A broadcast enters the sender's own log at once and every other log in the sender's order.
/// After a restart the log is empty; what was missed is not sent again.
class Chatroom final : public agent::Agent {
 public:
  /// The log comes from `memory`: borrowed, and it must outlive the replies too.
  explicit Chatroom(std::pmr::memory_resource& memory = *std::pmr::new_delete_resource())
      : log_(memory) {}

  void step(const agent::Event& event, agent::Effects& effects) override;

 private:
  void line(const agent::Line& line, agent::Effects& effects);

  ChatLog log_;
  base::NodeSet alive_;  // this node and every peer that is up
};

}  // namespace ovid::agents
