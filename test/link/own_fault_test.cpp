// A node that finds the cause of a silence in itself does not blame its peers, but it excuses each
// silence only once: a dead peer is still found to be dead.

#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;
using Verdict = link::OwnFault::Verdict;

/// Tests stop node 1 of two. The silence limit is 500 ms, and the last message of node 1 is at most
/// 200 ms old then.
class OwnFault : public ::testing::Test {
 protected:
  OwnFault() : grid_(2) {
    grid_.start_all();
    grid_.run(10ms);
    for (int node = 0; node < 2; ++node) grid_[node].told.clear();
  }
  Process& node() { return grid_[0]; }

  Grid grid_;
};

TEST_F(OwnFault, NobodyAsksForItWhileAllIsWell) {
  grid_.run(20s);
  EXPECT_EQ(node().looks, 0);
}

TEST_F(OwnFault, ItsOwnFaultGivesThePeerOneLimitMoreAndIsNamed) {
  node().fault = {Verdict::Found, "has no file descriptor left"};
  grid_.stop(1);
  grid_.run(790ms);
  EXPECT_EQ(node().told, Told{});
  EXPECT_EQ(node().happened.with("this node itself has no file descriptor left"), 1);
  grid_.run(220ms);
  EXPECT_EQ(node().told, Told{"down 1 silent"});
  EXPECT_EQ(node().looks, 1) << "a dead peer is not excused again";
}

TEST_F(OwnFault, APeerThatIsHeardInTimeWasNeverDown) {
  node().fault = {Verdict::Found, "has no file descriptor left"};
  grid_.stop(1);
  grid_.run(700ms);
  grid_.go_on(1);
  grid_.run(5s);
  EXPECT_EQ(node().told, Told{});
}

TEST_F(OwnFault, EachSilenceIsExcusedOnce) {
  node().fault = {Verdict::Found, "has no file descriptor left"};
  for (int i = 0; i < 3; ++i) {
    grid_.stop(1);
    grid_.run(700ms);
    grid_.go_on(1);
    grid_.run(300ms);
  }
  EXPECT_EQ(node().told, Told{});
  EXPECT_EQ(node().looks, 3);
  grid_.stop(1);
  grid_.run(1020ms);
  EXPECT_EQ(node().told, Told{"down 1 silent"});
}

TEST_F(OwnFault, WhatIsUnclearIsLookedAtAgainAndForATenthOfASecondAtMost) {
  node().fault = {Verdict::Unclear};
  grid_.stop(1);
  ASSERT_TRUE(grid_.run_until([&] { return node().looks > 0; }));
  grid_.run(80ms);
  EXPECT_EQ(node().told, Told{});
  EXPECT_GE(node().looks, 3);
  grid_.run(50ms);
  EXPECT_EQ(node().told, Told{"down 1 silent"});
}

TEST_F(OwnFault, WhatTurnsOutToBeNoFaultOfItsOwnIsThePeers) {
  node().fault = {Verdict::Unclear};
  grid_.stop(1);
  ASSERT_TRUE(grid_.run_until([&] { return node().looks > 0; }));
  node().fault = {};
  grid_.run(30ms);
  EXPECT_EQ(node().told, Told{"down 1 silent"});
}

TEST_F(OwnFault, OtherEndsOfASessionAreNotExcused) {
  node().fault = {Verdict::Found, "has no file descriptor left"};
  grid_.kill(1);
  grid_.run(20ms);
  EXPECT_EQ(node().told, Told{"down 1 refused"});
}

}  // namespace
}  // namespace ovid::test
