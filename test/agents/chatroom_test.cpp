#include "ovid/agents/chatroom.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ovid::agents {
namespace {

using Done = std::vector<std::string>;

/// A chatroom and what it wanted done, one line an effect.
class ChatroomTest : public ::testing::Test, private agent::Effects {
 protected:
  ChatroomTest() { room_.step(agent::Start{{1}, 4}, *this); }

  Done after(const agent::Event& event) {
    done_.clear();
    room_.step(event, *this);
    return done_;
  }
  Done said(std::string_view line, std::uint64_t client = 1) {
    return after(agent::Line{{client}, line});
  }

 private:
  void send(base::NodeId to, std::string_view contents) override {
    done_.push_back("send " + std::to_string(to.value) + " " + std::string(contents));
  }
  void broadcast(std::string_view contents) override {
    done_.push_back("broadcast " + std::string(contents));
  }
  void timer(agent::TimerId, base::Duration, base::Duration) override { done_.push_back("timer"); }
  void reply(base::ClientId client, base::Rope text) override {
    done_.push_back(std::to_string(client.value) + "< " + base::flatten(text));
  }
  void persist(std::string_view) override { done_.push_back("persist"); }
  void note(base::Severity, std::string_view) override { done_.push_back("note"); }
  void crash() override { done_.push_back("crash"); }

  Chatroom room_;
  Done done_;
};

TEST_F(ChatroomTest, AnEmptyLogIsAnsweredWithATrailingSpace) {
  EXPECT_EQ(said("get"), (Done{"1< messages \n"}));
  EXPECT_EQ(said("count"), (Done{"1< count 0\n"}));
}

TEST_F(ChatroomTest, ABroadcastEntersTheOwnLogAndIsNotAnswered) {
  EXPECT_EQ(said("broadcast hello, world"), (Done{"broadcast hello, world"}));
  EXPECT_EQ(said("get"), (Done{"1< messages hello, world\n"}));
}

TEST_F(ChatroomTest, MessagesAreLoggedInTheOrderInWhichTheyCame) {
  after(agent::PeerUp{{0}});
  said("broadcast a");
  EXPECT_EQ(after(agent::Message{{0}, "b"}), Done{});
  said("broadcast c");
  EXPECT_EQ(said("get", 9), (Done{"9< messages a,b,c\n"}));
  EXPECT_EQ(said("count"), (Done{"1< count 3\n"}));
}

TEST_F(ChatroomTest, ALogKeepsTheWordsOfThoseWhoLeft) {
  after(agent::PeerUp{{0}});
  after(agent::Message{{0}, "b"});
  after(agent::PeerDown{{0}});
  EXPECT_EQ(said("get"), (Done{"1< messages b\n"}));
}

TEST_F(ChatroomTest, AliveIsAscendingAndIncludesOurselves) {
  EXPECT_EQ(said("alive"), (Done{"1< alive 1\n"}));
  after(agent::PeerUp{{3}});
  after(agent::PeerUp{{0}});
  EXPECT_EQ(said("alive"), (Done{"1< alive 0,1,3\n"}));
  after(agent::PeerDown{{0}});
  EXPECT_EQ(said("alive"), (Done{"1< alive 1,3\n"}));
  after(agent::PeerUp{{0}});
  EXPECT_EQ(said("alive"), (Done{"1< alive 0,1,3\n"}));
}

TEST_F(ChatroomTest, ACrashIsAnsweredByNobody) {
  EXPECT_EQ(said("crash"), (Done{"crash"}));
}

TEST_F(ChatroomTest, AnUnknownLineGetsAnErrorAndChangesNothing) {
  said("broadcast kept");
  EXPECT_EQ(said("dance"), (Done{"1< error unknown command: dance\n"}));
  EXPECT_EQ(said(""), (Done{"1< error empty line\n"}));
  EXPECT_EQ(said("broadcast "), (Done{"1< error broadcast needs a text\n"}));
  EXPECT_EQ(said("get"), (Done{"1< messages kept\n"}));
}

TEST_F(ChatroomTest, TheAnswerGoesToTheClientThatAsked) {
  EXPECT_EQ(said("count", 5), (Done{"5< count 0\n"}));
  EXPECT_EQ(said("count", 6), (Done{"6< count 0\n"}));
}

}  // namespace
}  // namespace ovid::agents
