// The world keeps track of the faults that are in effect at each node.

#include "ovid/sim/world.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "scripted_world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ovid/agents/chatroom_promises.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

TEST(AWorld, EndsAPauseWithoutADurationWhenTheNodeContinues) {
  EXPECT_EQ(said_in(trace_of("t=1 pause 2\nt=1.9 continue 2\nt=4 line 0 alive\n", 3, 5s)),
            "0: alive 0,1,2\n");
}

/// What node 1 has received of four messages that are sent at 2 s. A slow node 1 takes one message
/// in 200 ms.
std::string heard_at_2_s(const std::string& faults) {
  return said_in(trace_of(faults + "t=2 line 0 broadcast a\nt=2.01 line 0 broadcast b\n"
                                   "t=2.02 line 0 broadcast c\nt=2.03 line 0 broadcast d\n"
                                   "t=2.1 line 1 get\n",
                          2, 9s));
}

TEST(AWorld, LetsANodeThatIsSlowAndLateStaySlowWhenTheLatenessEnds) {
  const std::string late = "t=1 late 1 by_ms=1 for_ms=500\n";
  const std::string slow = "t=1 slow 1 by_ms=200 for_ms=4000\n";
  EXPECT_EQ(heard_at_2_s(late), "1: messages a,b,c,d\n");
  EXPECT_NE(heard_at_2_s(slow), "1: messages a,b,c,d\n");
  EXPECT_NE(heard_at_2_s(slow + late), "1: messages a,b,c,d\n");
  EXPECT_NE(heard_at_2_s(late + slow), "1: messages a,b,c,d\n");
}

/// The maximum time that node 1 took to answer one of several lines.
base::Duration longest_answer(const std::string& faults) {
  std::string scenario = faults;
  const std::vector<double> asked{2, 2.5, 3, 3.5, 4};
  for (const double at : asked) scenario += fmt::format("t={} line 1 alive\n", at);
  const std::string trace = trace_of(scenario, 2, 9s);
  double longest = 0;
  std::size_t answers = 0;
  for (std::size_t at = 0; at < trace.size(); at = trace.find('\n', at) + 1)
    if (const std::string line = trace.substr(at, trace.find('\n', at) - at);
        line.find("node 1 says") != std::string::npos && answers < asked.size())
      longest = std::max(longest, std::stod(line) - asked[answers++]);
  EXPECT_EQ(answers, asked.size()) << trace;
  return std::chrono::microseconds(static_cast<std::int64_t>(longest * 1e6));
}

TEST(AWorld, LetsANodeThatIsSlowAndLateStayLateWhenTheSlownessEnds) {
  const std::string slow = "t=1 slow 1 by_ms=1 for_ms=500\n";
  const std::string late = "t=1 late 1 by_ms=400 for_ms=4000\n";
  EXPECT_LT(longest_answer(slow), 5ms);
  EXPECT_GT(longest_answer(late), 20ms);
  EXPECT_GT(longest_answer(slow + late), 20ms);
  EXPECT_GT(longest_answer(late + slow), 20ms);
}

/// A chatroom that ignores the messages of other nodes.
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
            "node 1, agent 0: expected reply 1: the whole log, 1 message; got reply 1: messages  ");
}

}  // namespace
}  // namespace ovid::sim
