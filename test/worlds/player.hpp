#pragma once
// An agent that uses every event and every effect. Each line tells it what to do, and it replies
// with what it sees.

#include <functional>
#include <string>
#include <string_view>

#include "ovid/agent/agent.hpp"

namespace ovid::worlds_test {

/// It obeys each of these lines at once. Replies go to the client that sent the line.
///
///   say X                 broadcast X
///   tell X                send X to the other node
///   self X                send X to itself, three times
///   keep X                append X and reply
///   point X               make X the checkpoint, and write a note
///   timer                 start two timers, and cancel one of them
///   crash at once X       append, broadcast, reply and note X; crash; then do all four again
///   crash when sent X     the same, with the other form of crash
///   spill N               reply with N MiB, and crash when sent
///   throw X               append, broadcast, reply and note X; then throw X
///   at EVENT LINE         obey LINE at the next event of this kind: start, message, timer, up,
///                         down, line or gone
///
/// It answers a message `ask` with a message `answer`.
class Player final : public agent::Agent {
 public:
  /// `saw` is called with each event before it is handled. The line `at_start` is obeyed at the
  /// start.
  explicit Player(std::function<void(const std::string&)> saw, std::string at_start = "")
      : saw_(std::move(saw)),
        armed_at_(at_start.empty() ? "" : "start"),
        armed_(std::move(at_start)) {}

  void step(const agent::Event& event, agent::Effects& effects) override;
  bool needs_store() const override { return true; }

  /// The reply to `spill N`.
  static std::string spilled(std::size_t mebibytes);

 private:
  void obey(std::string_view line, base::ClientId client, agent::Effects& effects);
  void end(std::string_view verb, std::string_view word, base::ClientId client,
           agent::Effects& effects);

  const std::function<void(const std::string&)> saw_;
  agent::Address self_;
  std::string armed_at_;  // the kind of event for which a line waits; empty if none waits
  std::string armed_;     // the line that waits
  base::ClientId armed_by_{};
};

}  // namespace ovid::worlds_test
