// The world keeps account of what is done to it.

#include "ovid/sim/world.hpp"

#include <chrono>

#include "scripted_world.hpp"
#include <gtest/gtest.h>

#include "ovid/agents/chatroom_promises.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

TEST(AWorld, KnowsThatAStopWithoutAnEndOfItsOwnIsOverWhenTheNodeContinues) {
  EXPECT_EQ(said_in(trace_of("t=1 pause 2\nt=1.9 continue 2\nt=4 line 0 alive\n", 3, 5s)),
            "0: alive 0,1,2\n");
}

/// A chatroom that leaves out what is said in it by others.
class Selfish final : public agent::Agent {
  void step(const agent::Event& event, agent::Effects& effects) override {
    if (!std::holds_alternative<agent::Message>(event)) room_.step(event, effects);
  }
  agents::Chatroom room_;
};

TEST(AWorld, ReportsAnAgentThatBreaksAPromiseOfItsOwn) {
  const auto make_agents = [](base::NodeId) {
    return node::alone("selfish", std::make_unique<Selfish>(),
                       std::make_unique<agents::ChatroomPromises>());
  };
  const WorldOptions options{.nodes = 2, .make_agents = make_agents, .links = {}};
  World world(options, std::get<std::vector<Action>>(
                           parse_script("t=1 line 0 broadcast hello\nt=2 line 1 get\n", 2, 3s)));
  world.run(3s);
  EXPECT_EQ(world.violation(),
            "node 1, agent 0: does reply 1: messages  , and was asked for its log of 1 texts");
}

}  // namespace
}  // namespace ovid::sim
