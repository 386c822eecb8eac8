#pragma once
// The chatroom's promises to its clients, for the simulator.

#include <deque>
#include <set>
#include <string>

#include "ovid/agent/promises.hpp"

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
  void line(const agent::Line& line);
  void add(std::string_view text);
  void answer(base::ClientId client, std::string text);

  std::string log_;  // the answer to `get`, with a comma before each text
  std::size_t texts_ = 0;
  std::set<base::NodeId> up_;  // this node included
  std::deque<agent::Effect> expected_;
  bool judges_ = true;  // whether the present step is checked
};

}  // namespace ovid::agents
