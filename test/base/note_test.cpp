#include "ovid/base/note.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ovid::base {
namespace {

TEST(Tally, IsWorthALineTheFirstTheTenthAndTheHundredthTimeAndSoOn) {
  Tally tally;
  std::vector<std::uint64_t> worth;
  for (int i = 0; i < 5000; ++i)
    if (tally.count()) worth.push_back(tally.seen());
  EXPECT_EQ(worth, (std::vector<std::uint64_t>{1, 10, 100, 1000}));
  EXPECT_EQ(tally.seen(), 5000u);
}

}  // namespace
}  // namespace ovid::base
