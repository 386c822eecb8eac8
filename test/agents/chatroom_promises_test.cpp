#include "ovid/agents/chatroom_promises.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/agent/recorder.hpp"
#include "ovid/agents/chatroom.hpp"

namespace ovid::agents {
namespace {

constexpr base::ClientId kClient{7};

/// What is found in a step with these effects, after correct steps.
class ThePromises : public ::testing::Test {
 protected:
  ThePromises() {
    step(agent::Start{{{1}}, 4}, {});
    step(agent::PeerUp{{3}}, {});
    step(agent::Message{base::NodeId{3}, "a"}, {});
    step(agent::Line{kClient, "broadcast b,c"}, {agent::Send{agent::Everybody{}, "b,c"}});
  }
  std::string step(const agent::Event& event, const std::vector<agent::Effect>& effects) {
    promises_.event(event);
    for (const agent::Effect& each : effects) promises_.effect(each);
    promises_.stepped();
    return promises_.violation().value_or("");
  }
  std::string answered(std::string_view line, const std::string& answer) {
    return step(agent::Line{kClient, line}, {agent::Reply{kClient, answer}});
  }

  ChatroomPromises promises_;
};

TEST_F(ThePromises, AreKeptByTheRightAnswers) {
  EXPECT_EQ(answered("get", "messages a,b,c\n"), "");
  EXPECT_EQ(answered("count", "count 2\n"), "");
  EXPECT_EQ(answered("alive", "alive 1,3\n"), "");
  EXPECT_EQ(step(agent::PeerDown{{3}}, {}), "");
  EXPECT_EQ(answered("alive", "alive 1\n"), "");
  EXPECT_EQ(answered("something else", "error whatever\n"), "");
}

TEST_F(ThePromises, AreBrokenByALogWithAnotherText) {
  for (const std::string log : {"b,c,a", "a,b,d", "a b,c", "a,b,c,", "a,b", "a", ""}) {
    ChatroomPromises before = promises_;
    EXPECT_NE(answered("get", "messages " + log + "\n"), "") << log;
    promises_ = before;
  }
  EXPECT_NE(answered("get", "messages a,b,c"), "");
}

TEST_F(ThePromises, AreBrokenByALogForAnotherClient) {
  EXPECT_NE(step(agent::Line{kClient, "get"}, {agent::Reply{{8}, "messages a,b,c\n"}}), "");
}

TEST_F(ThePromises, AreBrokenByAWrongCount) {
  EXPECT_NE(answered("count", "count 3\n"), "");
}

TEST_F(ThePromises, AreBrokenByAPeerThatIsNotUp) {
  EXPECT_NE(answered("alive", "alive 1,2,3\n"), "");
}

TEST_F(ThePromises, AreBrokenByAnAnswerToAnotherClient) {
  EXPECT_NE(step(agent::Line{kClient, "count"}, {agent::Reply{{8}, "count 2\n"}}), "");
}

TEST_F(ThePromises, AreBrokenByAMissingAnswer) {
  EXPECT_EQ(step(agent::Line{kClient, "get"}, {}),
            "missing effect: reply 7: the whole log, 2 messages");
}

TEST_F(ThePromises, AreBrokenByASecondAnswer) {
  const agent::Reply answer{kClient, "count 2\n"};
  EXPECT_NE(step(agent::Line{kClient, "count"}, {answer, answer}), "");
}

TEST_F(ThePromises, AreBrokenByATextThatNoClientSent) {
  EXPECT_NE(step(agent::Message{base::NodeId{3}, "d"}, {agent::Send{agent::Everybody{}, "d"}}), "");
}

TEST(TheChatroom, KeepsItsPromises) {
  Chatroom room;
  ChatroomPromises promises;
  const std::vector<agent::Event> events{agent::Start{{{0}}, 3},
                                         agent::Line{kClient, "get"},
                                         agent::PeerUp{{2}},
                                         agent::Message{base::NodeId{2}, "x"},
                                         agent::Line{kClient, "broadcast y"},
                                         agent::Line{kClient, "get"},
                                         agent::Line{kClient, "alive"},
                                         agent::Line{kClient, "nonsense"},
                                         agent::Line{kClient, "count"}};
  for (const agent::Event& event : events) {
    agent::Recorder done;
    room.step(event, done);
    promises.event(event);
    for (const agent::Effect& each : done.take()) promises.effect(each);
    promises.stepped();
    EXPECT_EQ(promises.violation(), std::nullopt) << text_of(event);
  }
}

}  // namespace
}  // namespace ovid::agents
