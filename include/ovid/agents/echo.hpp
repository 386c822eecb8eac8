#pragma once
// An echo: a small agent with a timer, clients and a counter that survives a crash. An example for
// further agents.

#include <cstdint>

#include "ovid/agent/agent.hpp"

namespace ovid::agents {

/// Answers each line with the number of lines that this node has ever answered, and the line. No
/// number is given twice, even after crashes. (Checked in the simulator: echo_promises.hpp)
class Echo final : public agent::Agent {
 public:
  bool needs_store() const override { return true; }
  void step(const agent::Event& event, agent::Effects& effects) override;

 private:
  void start(const agent::Start& start);
  void answer(const agent::Line& line, agent::Effects& effects);

  std::uint64_t answered_ = 0;
  bool waits_ = false;  // the timer for the next checkpoint is set
};

}  // namespace ovid::agents
