#include "ovid/agents/chatroom.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/agent/recorder.hpp"

namespace ovid::agents {
namespace {

using Done = std::vector<std::string>;

/// A chatroom and its effects, one line for each.
class ChatroomTest : public ::testing::Test {
 protected:
  ChatroomTest() { room_.step(agent::Start{{{1}}, 4}, done_); }

  Done after(const agent::Event& event) {
    done_.take();
    room_.step(event, done_);
    return done_.take_texts();
  }
  Done said(std::string_view line, std::uint64_t client = 1) {
    return after(agent::Line{{client}, line});
  }

 private:
  Chatroom room_;
  agent::Recorder done_;
};

TEST_F(ChatroomTest, AnEmptyLogIsAnsweredWithATrailingSpace) {
  EXPECT_EQ(said("get"), (Done{"reply 1: messages  "}));
  EXPECT_EQ(said("count"), (Done{"reply 1: count 0 "}));
}

TEST_F(ChatroomTest, ABroadcastEntersTheOwnLogAndIsNotAnswered) {
  EXPECT_EQ(said("broadcast hello, world"), (Done{"send everybody: hello, world"}));
  EXPECT_EQ(said("get"), (Done{"reply 1: messages hello, world "}));
}

TEST_F(ChatroomTest, MessagesAreLoggedInTheOrderInWhichTheyCame) {
  after(agent::PeerUp{{0}});
  said("broadcast a");
  EXPECT_EQ(after(agent::Message{base::NodeId{0}, "b"}), Done{});
  said("broadcast c");
  EXPECT_EQ(said("get", 9), (Done{"reply 9: messages a,b,c "}));
  EXPECT_EQ(said("count"), (Done{"reply 1: count 3 "}));
}

TEST_F(ChatroomTest, ALogKeepsTheMessagesOfPeersThatAreDown) {
  after(agent::PeerUp{{0}});
  after(agent::Message{base::NodeId{0}, "b"});
  after(agent::PeerDown{{0}});
  EXPECT_EQ(said("get"), (Done{"reply 1: messages b "}));
}

TEST_F(ChatroomTest, AliveIsAscendingAndIncludesTheNodeItself) {
  EXPECT_EQ(said("alive"), (Done{"reply 1: alive 1 "}));
  after(agent::PeerUp{{3}});
  after(agent::PeerUp{{0}});
  EXPECT_EQ(said("alive"), (Done{"reply 1: alive 0,1,3 "}));
  after(agent::PeerDown{{0}});
  EXPECT_EQ(said("alive"), (Done{"reply 1: alive 1,3 "}));
  after(agent::PeerUp{{0}});
  EXPECT_EQ(said("alive"), (Done{"reply 1: alive 0,1,3 "}));
}

TEST_F(ChatroomTest, ACrashIsNotAnswered) {
  EXPECT_EQ(said("crash"), (Done{"crash at once"}));
}

TEST_F(ChatroomTest, AnUnknownLineGetsAnErrorAndChangesNothing) {
  said("broadcast kept");
  EXPECT_EQ(said("dance"), (Done{"reply 1: error unknown command: dance "}));
  EXPECT_EQ(said(""), (Done{"reply 1: error empty line "}));
  EXPECT_EQ(said("broadcast "), (Done{"reply 1: error broadcast needs a text "}));
  EXPECT_EQ(said("get"), (Done{"reply 1: messages kept "}));
}

TEST_F(ChatroomTest, TheAnswerGoesToTheClientThatAsked) {
  EXPECT_EQ(said("count", 5), (Done{"reply 5: count 0 "}));
  EXPECT_EQ(said("count", 6), (Done{"reply 6: count 0 "}));
}

}  // namespace
}  // namespace ovid::agents
