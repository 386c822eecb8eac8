#pragma once
// An agent that uses every event and every effect, as its lines command, and replies with what it
// sees.

#include <functional>
#include <string>

#include "ovid/agent/agent.hpp"

namespace ovid::worlds_test {

/// Its lines, each carried out at once:
///
///   say X                 to everybody           keep X     append and reply
///   tell X                to the other node      point X    checkpoint
///   self X                to itself, three times timer      one that fires and one cancelled
///   crash at once X       append, send and reply X first; and X again afterwards
///   crash when sent X     the same
///
/// A message `ask` is answered.
class Player final : public agent::Agent {
 public:
  /// `saw` is called with each event before it is handled.
  explicit Player(std::function<void(const std::string&)> saw) : saw_(std::move(saw)) {}

  void step(const agent::Event& event, agent::Effects& effects) override;
  bool needs_store() const override { return true; }

 private:
  void line(const agent::Line& line, agent::Effects& effects);

  const std::function<void(const std::string&)> saw_;
  agent::Address self_;
};

}  // namespace ovid::worlds_test
