#pragma once
// The chatroom's promises to its clients, for the simulator.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/agent/promises.hpp"
#include "ovid/base/node_set.hpp"

namespace ovid::agents {

/// `broadcast` sends its text to all peers and does nothing else. `get`, `count` and `alive` have
/// one answer at once: all texts since the start, in the order in which clients of this node sent
/// them or peers' messages arrived; their number; and the nodes that are up. No other event has an
/// effect. Other lines are not checked.
class ChatroomPromises final : public agent::Promises {
 public:
  void event(const agent::Event& event) override;
  void effect(const agent::Effect& effect) override;
  void stepped() override;

 private:
  /// What is kept of a text: copies of all texts of all nodes take a simulator's time.
  struct Text {
    std::size_t bytes;
    std::uint64_t hash;
  };

  void line(const agent::Line& line);
  void answer(base::ClientId client, std::string text);
  bool has_log(std::string_view answer) const;
  /// The text of the reply to `get`, for a report.
  std::string log_reply(base::ClientId client) const;

  std::vector<Text> log_;  // as `get` has it
  base::NodeSet up_;       // this node included
  std::deque<agent::Effect> expected_;
  std::optional<base::ClientId> wants_log_;  // who is to get it, in the present step
  bool judges_ = true;                       // whether the present step is checked
};

}  // namespace ovid::agents
