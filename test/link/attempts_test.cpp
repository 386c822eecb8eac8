// How long attempts to connect may take, between two nodes: where nothing arrives for a while, and
// when a greeting shows that it does again.

#include <algorithm>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

void cut_off(Grid& grid) {
  grid.block(0, 1);
  grid.block(1, 0);
}

void mend(Grid& grid) {
  grid.unblock(0, 1);
  grid.unblock(1, 0);
}

base::Duration longest_connect(const Asked& asked) {
  base::Duration longest{};
  for (const link::AttemptLimits& limits : asked.limits)
    longest = std::max(longest, limits.connect);
  return longest;
}

TEST(Attempts, TakeLongerWhileNothingArrivesAndAreShortAgainAfterwards) {
  Grid grid(2);
  grid.start_all();
  grid.run(1s);
  ASSERT_TRUE(grid.all_up());
  EXPECT_EQ(longest_connect(grid.asked(0, 1)), 500ms);
  cut_off(grid);
  grid.run(59s);
  EXPECT_EQ(longest_connect(grid.asked(0, 1)), 500ms);
  grid.run(30s);
  EXPECT_EQ(longest_connect(grid.asked(0, 1)), 4s);
  EXPECT_EQ(grid.asked(0, 1).limits.back(), (link::AttemptLimits{4s, 10s}));
  mend(grid);
  ASSERT_TRUE(grid.run_until([&] { return grid.all_up(); }, 3s));
  grid.run(1s);
  grid.break_connection(0, 1);
  grid.run(1s);
  EXPECT_EQ(grid.asked(0, 1).limits.back(), (link::AttemptLimits{500ms, 1s}));
}

/// However long nothing has arrived: TCP repeats a request to connect at most 2 s after it does
/// again, or the attempt ends and there is a pause of at most 1 s.
TEST(Attempts, SucceedWithinThreeSecondsAfterAPathIsMended) {
  for (base::Duration cut = 1s; cut < 90s; cut += 310ms) {
    Grid grid(2);
    grid.start_all();
    grid.run(1s);
    ASSERT_TRUE(grid.all_up());
    cut_off(grid);
    grid.run(cut);
    mend(grid);
    ASSERT_TRUE(grid.run_until([&] { return grid.all_up(); }, 2500ms)) << cut / 1ms << " ms";
  }
}

}  // namespace
}  // namespace ovid::test
