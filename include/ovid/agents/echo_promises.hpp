#pragma once
// The echo's promises to its clients, for the simulator.

#include <cstdint>
#include <optional>

#include "ovid/agent/promises.hpp"

namespace ovid::agents {

/// Each line has one answer at once: the next number and the line. No number is given twice,
/// whatever crashes.
///
/// That needs no memory of earlier processes. What the node's store keeps is one number, and a
/// process begins with the one that it recovers. Every number that it gives is larger, is kept when
/// its answer may leave, and what is kept never becomes smaller. So an answer that has left holds
/// back all later processes from its number.
class EchoPromises final : public agent::Promises {
 public:
  void event(const agent::Event& event) override;
  void effect(const agent::Effect& effect) override;
  void stepped() override;

 private:
  void keep(std::optional<std::uint64_t> number);

  std::uint64_t given_ = 0;  // the last number, of an earlier process at first
  std::uint64_t kept_ = 0;   // what a process would begin with that recovers everything
  std::optional<agent::Reply> expected_;  // in the present step
};

}  // namespace ovid::agents
