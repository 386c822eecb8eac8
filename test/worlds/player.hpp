#pragma once
// An agent that uses every event and every effect, as its lines command, and replies with what it
// sees.

#include <functional>
#include <string>
#include <string_view>

#include "ovid/agent/agent.hpp"

namespace ovid::worlds_test {

/// Its lines, each carried out at once:
///
///   say X                 to everybody           keep X     append and reply
///   tell X                to the other node      point X    checkpoint
///   self X                to itself, three times timer      one that fires and one cancelled
///   crash at once X       append, send, reply and note X first; and X again afterwards
///   crash when sent X     the same
///   spill N               reply N MiB, and crash when sent
///   throw X               append, send, reply and note X; then throw X
///   at EVENT LINE         obey the line at the next event of this kind: start, message, timer, up,
///                         down, line or gone; who is told is who says this
///
/// A message `ask` is answered.
class Player final : public agent::Agent {
 public:
  /// `saw` is called with each event before it is handled; `at_start` is obeyed at the start.
  explicit Player(std::function<void(const std::string&)> saw, std::string at_start = "")
      : saw_(std::move(saw)),
        armed_at_(at_start.empty() ? "" : "start"),
        armed_(std::move(at_start)) {}

  void step(const agent::Event& event, agent::Effects& effects) override;
  bool needs_store() const override { return true; }

  /// What `spill N` replies.
  static std::string spilled(std::size_t mebibytes);

 private:
  void obey(std::string_view line, base::ClientId client, agent::Effects& effects);
  void end(std::string_view verb, std::string_view word, base::ClientId client,
           agent::Effects& effects);

  const std::function<void(const std::string&)> saw_;
  agent::Address self_;
  std::string armed_at_;  // the kind of event; empty: none
  std::string armed_;     // the line
  base::ClientId armed_by_{};
};

}  // namespace ovid::worlds_test
