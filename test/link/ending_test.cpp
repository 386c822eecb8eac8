// How sessions end, what evidence is reported, and that messages of an ended session are never
// delivered.

#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;

class Ending : public ::testing::Test {
 protected:
  Ending() : grid_(2) {
    grid_.start_all();
    grid_.run(10ms);
    grid_[0].told.clear();
    grid_[1].told.clear();
  }
  /// Node 1 broadcasts one record every millisecond.
  void talk(int records) {
    for (int i = 0; i < records; ++i) {
      grid_.links(1).broadcast("old " + std::to_string(i));
      grid_.run(1ms);
    }
  }
  /// Loses a record on its way from node 1 to node 0.
  void lose_a_record() {
    grid_.links(1).broadcast("lost");
    grid_.turn(1);
    ASSERT_EQ(grid_.intercept(1, 0).size(), 1u);
  }
  void block_both() {
    grid_.block(0, 1);
    grid_.block(1, 0);
  }
  void unblock_both() {
    grid_.unblock(0, 1);
    grid_.unblock(1, 0);
  }

  Grid grid_;
};

TEST_F(Ending, AKilledPeerIsSeenDeadWithinMilliseconds) {
  grid_.kill(1);
  grid_.run(3ms);
  EXPECT_EQ(grid_[0].told, Told{"down 1 refused"});
}

TEST_F(Ending, ARestartIsADownAndThenAnUpBeforeTheFirstMessage) {
  grid_.links(1).broadcast("last words");
  grid_.run(2ms);
  grid_.kill(1);
  grid_.run(20ms);
  grid_.start(1);
  grid_[1].on_told = [&](const std::string& what) {
    if (what == "up 0") grid_.links(1).broadcast("first words");
  };
  ASSERT_TRUE(grid_.run_until([&] { return grid_[0].heard_from(1).size() == 2; }, 100ms));
  EXPECT_EQ(grid_[0].told, (Told{"1: last words", "down 1 refused", "up 1", "1: first words"}));
}

TEST_F(Ending, ARestartSoQuickThatNobodyWasRefusedIsADownAndAnUpAllTheSame) {
  grid_.kill(1);
  grid_.start(1);
  grid_[1].on_told = [&](const std::string& what) {
    if (what == "up 0") grid_.links(1).broadcast("first words");
  };
  ASSERT_TRUE(grid_.run_until([&] { return !grid_[0].heard_from(1).empty(); }, 100ms));
  EXPECT_EQ(grid_[0].told, (Told{"down 1 new incarnation", "up 1", "1: first words"}));
}

TEST_F(Ending, StaleFramesOfOlderSessionsAreNeverDeliveredAndEndNothing) {
  talk(20);
  std::vector<Message> old = grid_.asked(1, 0).sent;
  grid_.kill(1);
  grid_.run(20ms);
  grid_.start(1);
  ASSERT_TRUE(grid_.run_until([&] { return grid_.all_up(); }, 100ms));
  const std::size_t heard = grid_[0].told.size();
  ASSERT_GT(old.size(), 20u);
  for (const Message& message : old) {
    grid_.put(0, message);
    grid_.run(1ms);
  }
  grid_.links(1).broadcast("new");
  grid_.run(1s);
  EXPECT_EQ(grid_[0].told.size(), heard + 1);
  EXPECT_EQ(grid_[0].told.back(), "1: new");
}

TEST_F(Ending, StaleFramesOfTheSameIncarnationsOlderSessionAreNeverDeliveredEither) {
  talk(20);
  const std::vector<Message> old = grid_.asked(1, 0).sent;
  grid_.stop(1);
  grid_.run(700ms);
  grid_.go_on(1);
  ASSERT_TRUE(grid_.run_until([&] { return grid_.all_up(); }, 300ms));
  const std::size_t heard = grid_[0].told.size();
  for (const Message& message : old) grid_.put(0, message);
  grid_.run(1s);
  EXPECT_EQ(grid_[0].told.size(), heard);
}

TEST_F(Ending, ARefusedReconnectEndsTheSession) {
  grid_.break_connection(0, 1);
  grid_.kill(1);
  grid_.run(2ms);
  EXPECT_EQ(grid_[0].told, Told{"down 1 refused"});
  EXPECT_FALSE(grid_.connected(0, 1));
}

TEST_F(Ending, ACutWithASuccessfulReconnectEndsNothing) {
  const auto session = grid_.links(0).state(id(1)).session;
  for (int i = 0; i < 20; ++i) {
    grid_.break_connection(0, 1);
    if (i % 3 == 0) grid_.break_connection(1, 0);
    grid_.run(50ms);
  }
  EXPECT_EQ(grid_[0].told, Told{});
  EXPECT_EQ(grid_[1].told, Told{});
  EXPECT_EQ(grid_.links(0).state(id(1)).session, session);
  EXPECT_EQ(grid_[0].happened.with("reconnected within the session"), 20);
}

TEST_F(Ending, ACutThatHealsWithinTheSilenceLimitEndsNothing) {
  block_both();
  grid_.run(300ms);
  unblock_both();
  grid_.run(2s);
  EXPECT_EQ(grid_[0].told, Told{});
  EXPECT_EQ(grid_[1].told, Told{});
}

TEST_F(Ending, AGapEndsTheSessionOnBothSidesAndTheNextOneBeginsAtOnce) {
  lose_a_record();
  grid_.links(1).broadcast("after the gap");
  grid_.run(20ms);
  EXPECT_EQ(grid_[0].told, (Told{"down 1 gap", "up 1"}));
  EXPECT_EQ(grid_[1].told, (Told{"down 0 peer left", "up 0"}));
  EXPECT_EQ(grid_.links(1).state(id(0)).ledger.fate_unknown, 2u);
}

TEST_F(Ending, AGapAtTheEndIsNoticedByThePing) {
  lose_a_record();
  grid_.run(215ms);
  EXPECT_EQ(grid_[0].told, (Told{"down 1 gap", "up 1"}));
}

TEST_F(Ending, ACutOfOneDirectionIsNoticedByBothSidesAndTheyDoNotFlap) {
  grid_.block(1, 0);
  grid_.run(640ms);
  EXPECT_EQ(grid_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(grid_[1].told, Told{"down 0 peer left"});
  grid_.run(5s);
  EXPECT_EQ(grid_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(grid_[1].told, Told{"down 0 peer left"});
  grid_.unblock(1, 0);
  EXPECT_TRUE(grid_.run_until([&] { return grid_.all_up(); }, 2s));
}

TEST_F(Ending, ACutOfBothDirectionsIsNoticedByBothAndHealsWithoutARestart) {
  block_both();
  grid_.run(640ms);
  EXPECT_EQ(grid_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(grid_[1].told, Told{"down 0 silent"});
  grid_.run(10s);
  unblock_both();
  EXPECT_TRUE(grid_.run_until([&] { return grid_.all_up(); }, 2500ms));
  EXPECT_EQ(grid_[0].told, (Told{"down 1 silent", "up 1"}));
}

TEST_F(Ending, APeerThatLeavesIsBelievedOnlyIfItKnowsTheSession) {
  const wire::Envelope e = in_session(grid_, 1, 0, 1, 1);
  Greeting words{.from_incarnation = e.from_incarnation,
                 .from_epoch = {0x55},
                 .to_incarnation = e.to_incarnation,
                 .to_epoch = {0x66},
                 .nodes = grid_.config_of(0).nodes};
  grid_.put(0, greeting(words));
  EXPECT_EQ(grid_[0].told, Told{});
  words.to_epoch = e.to_epoch;
  grid_.put(0, greeting(words));
  EXPECT_EQ(grid_[0].told, Told{"down 1 peer left"});
}

TEST_F(Ending, IsLoggedWithItsEvidence) {
  grid_.links(0).broadcast("a");
  grid_.stop(1);
  grid_.run(600ms);
  EXPECT_EQ(grid_[0].happened.with("down: silent for 50"), 1);
  EXPECT_EQ(grid_[0].happened.with("offered 1, acknowledged 0, fate unknown 1"), 1);
}

}  // namespace
}  // namespace ovid::test
