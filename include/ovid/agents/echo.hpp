#pragma once
// An echo: a small agent that has a timer, a client and a counter that survives a crash. A model
// for agents to come.

#include <cstdint>

#include "ovid/agent/agent.hpp"

namespace ovid::agents {

/// Answers each line with how many lines this node has ever answered, and the line itself. No
/// number is given twice, whatever crashes.
class Echo final : public agent::Agent {
 public:
  bool needs_store() const override { return true; }
  void step(const agent::Event& event, agent::Effects& effects) override;

 private:
  void start(const agent::Start& start);
  void answer(const agent::Line& line, agent::Effects& effects);

  std::uint64_t answered_ = 0;
  bool waits_ = false;  // for the timer that checkpoints
};

}  // namespace ovid::agents
