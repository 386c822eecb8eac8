// How sessions end, on what evidence, and that the words of an ended one are never delivered.

#include <string>
#include <vector>

#include "network.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;
using link::State;

class Ending : public ::testing::Test {
 protected:
  Ending() : net_(2) {
    net_.start_all();
    net_.run(10ms);
    net_[0].told.clear();
    net_[1].told.clear();
  }
  /// One record every millisecond from node 1 to node 0.
  void talk(int records) {
    for (int i = 0; i < records; ++i) {
      net_.links(1).broadcast("old " + std::to_string(i));
      net_.run(1ms);
    }
  }

  Network net_;
};

TEST_F(Ending, AKilledPeerIsSeenDeadWithinMilliseconds) {
  net_.kill(1);
  net_.run(3ms);
  EXPECT_EQ(net_[0].told, Told{"down 1 refused"});
}

TEST_F(Ending, ARestartIsADownAndThenAnUpBeforeTheFirstMessage) {
  net_.links(1).broadcast("last words");
  net_.run(2ms);
  net_.kill(1);
  net_.run(20ms);
  net_.start(1);
  net_[1].on_told = [&](const std::string& what) {
    if (what == "up 0") net_.links(1).broadcast("first words");
  };
  ASSERT_TRUE(net_.run_until([&] { return net_[0].heard_from(1).size() == 2; }, 100ms));
  EXPECT_EQ(net_[0].told, (Told{"1: last words", "down 1 refused", "up 1", "1: first words"}));
}

TEST_F(Ending, ARestartSoQuickThatNobodyWasRefusedIsADownAndAnUpAllTheSame) {
  net_.kill(1);
  net_.start(1);
  net_[1].on_told = [&](const std::string& what) {
    if (what == "up 0") net_.links(1).broadcast("first words");
  };
  ASSERT_TRUE(net_.run_until([&] { return !net_[0].heard_from(1).empty(); }, 100ms));
  EXPECT_EQ(net_[0].told, (Told{"down 1 new incarnation", "up 1", "1: first words"}));
}

TEST_F(Ending, StaleFramesOfOlderSessionsAreNeverDeliveredAndEndNothing) {
  talk(20);
  std::vector<Message> old = net_.wire(1, 0).sent;
  net_.kill(1);
  net_.run(20ms);
  net_.start(1);
  ASSERT_TRUE(net_.run_until([&] { return net_.all_up(); }, 100ms));
  const std::size_t heard = net_[0].told.size();
  ASSERT_GT(old.size(), 20u);
  for (const Message& message : old) {
    net_.put(0, message);
    net_.run(1ms);
  }
  net_.links(1).broadcast("new");
  net_.run(1s);
  EXPECT_EQ(net_[0].told.size(), heard + 1);
  EXPECT_EQ(net_[0].told.back(), "1: new");
}

TEST_F(Ending, StaleFramesOfTheSameIncarnationsOlderSessionAreNeverDeliveredEither) {
  talk(20);
  const std::vector<Message> old = net_.wire(1, 0).sent;
  net_.stop(1);
  net_.run(700ms);
  net_.go_on(1);
  ASSERT_TRUE(net_.run_until([&] { return net_.all_up(); }, 300ms));
  const std::size_t heard = net_[0].told.size();
  for (const Message& message : old) net_.put(0, message);
  net_.run(1s);
  EXPECT_EQ(net_[0].told.size(), heard);
}

TEST_F(Ending, ARefusedReconnectEndsTheSession) {
  net_.break_connection(0, 1);
  net_.wire(0, 1).held = true;
  net_.kill(1);
  net_.run(2ms);
  EXPECT_EQ(net_[0].told, Told{"down 1 refused"});
  EXPECT_EQ(net_.links(0).state(id(1)), State::Down);
}

TEST_F(Ending, ACutWithASuccessfulReconnectEndsNothing) {
  const auto session = net_.links(0).session(id(1));
  for (int i = 0; i < 20; ++i) {
    net_.break_connection(0, 1);
    if (i % 3 == 0) net_.break_connection(1, 0);
    net_.run(50ms);
  }
  EXPECT_EQ(net_[0].told, Told{});
  EXPECT_EQ(net_[1].told, Told{});
  EXPECT_EQ(net_.links(0).session(id(1)), session);
  EXPECT_EQ(net_[0].happened.with("reconnected within the session"), 20);
}

TEST_F(Ending, ACutThatHealsWithinTheSilenceLimitEndsNothing) {
  net_.wire(0, 1).cut = net_.wire(1, 0).cut = true;
  net_.run(300ms);
  net_.wire(0, 1).cut = net_.wire(1, 0).cut = false;
  net_.run(2s);
  EXPECT_EQ(net_[0].told, Told{});
  EXPECT_EQ(net_[1].told, Told{});
}

TEST_F(Ending, AGapEndsTheSessionOnBothSidesAndTheNextOneBeginsAtOnce) {
  net_.wire(1, 0).held = true;
  net_.links(1).broadcast("lost");
  net_.run(1ms);
  net_.wire(1, 0).flight.clear();
  net_.wire(1, 0).held = false;
  net_.links(1).broadcast("after the gap");
  net_.run(20ms);
  EXPECT_EQ(net_[0].told, (Told{"down 1 gap", "up 1"}));
  EXPECT_EQ(net_[1].told, (Told{"down 0 peer left", "up 0"}));
  EXPECT_EQ(net_.links(1).ledger(id(0)).fate_unknown, 2u);
}

TEST_F(Ending, AGapAtTheEndIsNoticedByThePing) {
  net_.wire(1, 0).held = true;
  net_.links(1).broadcast("lost");
  net_.run(1ms);
  net_.wire(1, 0).flight.clear();
  net_.wire(1, 0).held = false;
  net_.run(215ms);
  EXPECT_EQ(net_[0].told, (Told{"down 1 gap", "up 1"}));
}

TEST_F(Ending, ACutOfOneDirectionIsNoticedByBothSidesAndTheyDoNotFlap) {
  net_.wire(1, 0).cut = true;
  net_.run(640ms);
  EXPECT_EQ(net_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(net_[1].told, Told{"down 0 peer left"});
  net_.run(5s);
  EXPECT_EQ(net_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(net_[1].told, Told{"down 0 peer left"});
  net_.wire(1, 0).cut = false;
  EXPECT_TRUE(net_.run_until([&] { return net_.all_up(); }, 2s));
}

TEST_F(Ending, ACutOfBothDirectionsIsNoticedByBothAndHealsWithoutARestart) {
  net_.wire(0, 1).cut = net_.wire(1, 0).cut = true;
  net_.run(640ms);
  EXPECT_EQ(net_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(net_[1].told, Told{"down 0 silent"});
  net_.run(10s);
  net_.wire(0, 1).cut = net_.wire(1, 0).cut = false;
  EXPECT_TRUE(net_.run_until([&] { return net_.all_up(); }, 2500ms));
  EXPECT_EQ(net_[0].told, (Told{"down 1 silent", "up 1"}));
}

TEST_F(Ending, APeerThatLeavesIsBelievedOnlyIfItKnowsTheSession) {
  const wire::Envelope e = in_session(net_, 1, 0, 1, 1);
  Greeting words{.from_incarnation = e.from_incarnation,
                 .from_epoch = {0x55},
                 .to_incarnation = e.to_incarnation,
                 .to_epoch = {0x66},
                 .nodes = net_.config_of(0).nodes};
  net_.put(0, greeting(words));
  EXPECT_EQ(net_[0].told, Told{});
  words.to_epoch = e.to_epoch;
  net_.put(0, greeting(words));
  EXPECT_EQ(net_[0].told, Told{"down 1 peer left"});
}

TEST_F(Ending, IsLoggedWithItsEvidence) {
  net_.links(0).broadcast("a");
  net_.stop(1);
  net_.run(600ms);
  EXPECT_EQ(net_[0].happened.with("down: silent for 50"), 1);
  EXPECT_EQ(net_[0].happened.with("offered 1, acknowledged 0, fate unknown 1"), 1);
}

}  // namespace
}  // namespace ovid::test
