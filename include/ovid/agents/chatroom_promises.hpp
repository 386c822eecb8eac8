#pragma once
// The chatroom's promises to its clients, for the simulator.

#include <deque>
#include <set>
#include <string>

#include "ovid/agent/promises.hpp"

namespace ovid::agents {

/// `broadcast` sends its text to everybody and does nothing else; `get`, `count` and `alive` have
/// one answer at once: all texts since the start in the order in which they were said here or
/// received, how many they are, and who is up. Nothing else has an effect. Other lines are not
/// judged.
class ChatroomPromises final : public agent::Promises {
 public:
  void event(const agent::Event& event) override;
  void effect(const agent::Effect& effect) override;
  void stepped() override;

 private:
  void line(const agent::Line& line);
  void add(std::string_view text);
  void answer(base::ClientId client, std::string text);

  std::string log_;  // as `get` has it, with a comma before each text
  std::size_t texts_ = 0;
  std::set<base::NodeId> up_;  // this node included
  std::deque<agent::Effect> expected_;
  bool judges_ = true;  // the present step
};

}  // namespace ovid::agents
