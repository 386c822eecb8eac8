#include "ovid/bench/statistics.hpp"

#include <gtest/gtest.h>

namespace ovid::bench {
namespace {

TEST(Statistics, AQuantileLiesBetweenTheNearestRanks) {
  EXPECT_DOUBLE_EQ(median({3}), 3);
  EXPECT_DOUBLE_EQ(median({4, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median({4, 1, 2, 8}), 3);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5}, 0), 1);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5}, 1), 5);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4, 5}, 0.9), 4.6);
}

TEST(Statistics, TheIntervalHoldsTheMedianAndIsTheSameEachTime) {
  const std::vector<double> values{1.02, 0.97, 1.1, 0.99, 1.04, 1.01, 0.95, 1.03, 1.0, 1.06};
  const Interval interval = median_interval(values);
  EXPECT_LT(interval.low, median(values));
  EXPECT_GT(interval.high, median(values));
  EXPECT_GE(interval.low, 0.95);
  EXPECT_LE(interval.high, 1.1);
  EXPECT_EQ(median_interval(values).low, interval.low);
  EXPECT_EQ(median_interval(values).high, interval.high);
}

TEST(Statistics, TheIntervalOfEqualValuesHasNoWidth) {
  const Interval interval = median_interval({2, 2, 2, 2});
  EXPECT_DOUBLE_EQ(interval.low, 2);
  EXPECT_DOUBLE_EQ(interval.high, 2);
}

TEST(Statistics, MoreSamplesNarrowTheInterval) {
  std::vector<double> few;
  std::vector<double> many;
  for (int i = 0; i < 400; ++i) (i < 10 ? few : many).push_back(100 + i * 37 % 20);
  const Interval wide = median_interval(few);
  const Interval narrow = median_interval(many);
  EXPECT_LT(narrow.high - narrow.low, wide.high - wide.low);
}

TEST(Statistics, RatiosArePairwise) {
  EXPECT_EQ(ratios({2, 9}, {1, 3}), (std::vector<double>{2, 3}));
}

}  // namespace
}  // namespace ovid::bench
