// Peers that are not reached: one log line for all of them, neither too early nor too often.

#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

/// The log lines about peers that are not reached, in order.
std::vector<std::string> lines_of(Grid& grid, int node) {
  std::vector<std::string> lines;
  for (const auto& event : grid[node].happened.all<observe::NotReached>())
    lines.push_back(observe::text_of(event));
  return lines;
}

TEST(Unreached, AGridThatComesUpSaysNothing) {
  Grid grid(5);
  grid.start_all();
  grid.run(5s);
  EXPECT_TRUE(lines_of(grid, 0).empty());
}

TEST(Unreached, AloneInAGridOfOneSaysNothing) {
  Grid grid(1);
  grid.start_all();
  grid.run(100s);
  EXPECT_TRUE(lines_of(grid, 0).empty());
}

TEST(Unreached, PeersAreNamedAfterThreeSecondsWithTheReasonAndThenOnceAMinute) {
  Grid grid(4);
  grid.block(0, 3);
  grid.start(0);
  grid.start(1);
  grid.start(3);
  grid.run(2900ms);
  EXPECT_TRUE(lines_of(grid, 0).empty());
  grid.run(200ms);
  ASSERT_EQ(lines_of(grid, 0).size(), 1u);
  const std::string first = lines_of(grid, 0).front();
  EXPECT_TRUE(first.starts_with("not reached for 3 s: 2 (refused, ")) << first;
  EXPECT_NE(first.find(" attempts), 3 (no connection in time, "), std::string::npos) << first;
  EXPECT_EQ(first.find("1 ("), std::string::npos) << first;
  grid.run(59s);
  EXPECT_EQ(lines_of(grid, 0).size(), 1u);
  grid.run(2s);
  ASSERT_EQ(lines_of(grid, 0).size(), 2u);
  EXPECT_TRUE(lines_of(grid, 0).back().starts_with("not reached for 63 s: 2 (")) << first;
  grid.run(60s);
  EXPECT_EQ(lines_of(grid, 0).size(), 3u);
}

TEST(Unreached, AnotherSetIsNamedWhenItHasBeenTheSameForThreeSeconds) {
  Grid grid(4);
  grid.start(0);
  grid.start(1);
  grid.run(4s);
  grid.start(2);
  grid.run(2900ms);
  EXPECT_EQ(lines_of(grid, 0).size(), 1u);
  grid.run(200ms);
  ASSERT_EQ(lines_of(grid, 0).size(), 2u);
  EXPECT_TRUE(lines_of(grid, 0).back().starts_with("not reached for 3 s: 3 ("));
  grid.start(3);
  grid.run(61s);
  EXPECT_EQ(lines_of(grid, 0).size(), 2u) << "all are reached";
  grid.kill(2);
  grid.run(4s);
  EXPECT_EQ(lines_of(grid, 0).size(), 3u);
}

TEST(Unreached, WhileNodesComeAndGoNothingIsSaid) {
  Grid grid(4);
  grid.start(0);
  for (int i = 0; i < 20; ++i) {
    grid.start(1);
    grid.run(2s);
    grid.kill(1);
    grid.run(500ms);
  }
  EXPECT_TRUE(lines_of(grid, 0).empty()) << "as in the labs, where nodes start one after the other";
}

TEST(Unreached, SomebodyWhoComesAndGoesAllTheTimeDoesNotHideTheOthers) {
  Grid grid(4);
  grid.start(0);
  for (int i = 0; i < 40; ++i) {
    grid.start(1);
    grid.run(2s);
    grid.kill(1);
    grid.run(500ms);
  }
  const std::size_t lines = lines_of(grid, 0).size();
  EXPECT_EQ(lines, 1u) << "in 100 s";
}

TEST(Unreached, TenAreNamedAndTheRestCounted) {
  Grid grid(20);
  grid.start(3);
  grid.run(4s);
  ASSERT_EQ(lines_of(grid, 3).size(), 1u);
  const std::string line = lines_of(grid, 3).front();
  EXPECT_NE(line.find(": 0 ("), std::string::npos) << line;
  EXPECT_NE(line.find(", 10 ("), std::string::npos) << line;
  EXPECT_EQ(line.find(", 11 ("), std::string::npos) << line;
  EXPECT_TRUE(line.ends_with(", and 9 more")) << line;
}

TEST(Unreached, APeerThatIsConnectedAndDoesNotAnswerIsNamedSo) {
  Grid grid(2);
  grid.start(1);
  grid.hang(1);
  grid.start(0);
  grid.run(4s);
  ASSERT_EQ(lines_of(grid, 0).size(), 1u);
  EXPECT_NE(lines_of(grid, 0).front().find("1 (connected, no answer, "), std::string::npos);
}

TEST(Unreached, AConnectionThatEndsBeforeItIsMadeIsOneWithoutAHandshake) {
  Grid grid(2);
  grid.start(1);
  grid.stop(1);
  grid.start(0);
  grid.run(4s);
  ASSERT_EQ(lines_of(grid, 0).size(), 1u);
  EXPECT_NE(lines_of(grid, 0).front().find("1 (no handshake, "), std::string::npos)
      << lines_of(grid, 0).front();
}

}  // namespace
}  // namespace ovid::test
