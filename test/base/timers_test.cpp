#include "ovid/base/timers.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::base {
namespace {

using namespace std::chrono_literals;

constexpr Time kStart{10s};

TEST(Timers, WithoutAnyTheNextDeadlineIsNever) {
  Timers<int> timers;
  EXPECT_EQ(timers.next(), kNever);
  EXPECT_EQ(timers.pop_due(kStart), std::nullopt);
}

TEST(Timers, FireInTheOrderOfTheirDeadlinesAndNotBefore) {
  Timers<int> timers;
  timers.set(1, kStart + 3ms);
  timers.set(2, kStart + 1ms);
  EXPECT_EQ(timers.next(), kStart + 1ms);
  EXPECT_EQ(timers.pop_due(kStart + 1ms - 1ns), std::nullopt);
  EXPECT_EQ(timers.pop_due(kStart + 1ms), 2);
  EXPECT_EQ(timers.pop_due(kStart + 1ms), std::nullopt);
  EXPECT_EQ(timers.pop_due(kStart + 3ms), 1);
  EXPECT_EQ(timers.next(), kNever);
}

TEST(Timers, DueAtTheSameTimeFireInTheOrderOfTheirKeys) {
  Timers<std::string> timers;
  timers.set("b", kStart);
  timers.set("c", kStart);
  timers.set("a", kStart);
  EXPECT_EQ(timers.pop_due(kStart), "a");
  EXPECT_EQ(timers.pop_due(kStart), "b");
  EXPECT_EQ(timers.pop_due(kStart), "c");
}

TEST(Timers, ASecondDeadlineTakesThePlaceOfTheFirst) {
  Timers<int> timers;
  timers.set(1, kStart + 1ms);
  timers.set(1, kStart + 5ms);
  EXPECT_EQ(timers.pop_due(kStart + 4ms), std::nullopt);
  EXPECT_EQ(timers.pop_due(kStart + 5ms), 1);
  EXPECT_EQ(timers.pop_due(kStart + 9ms), std::nullopt);
}

TEST(Timers, ACancelledOneDoesNotFire) {
  Timers<int> timers;
  timers.set(1, kStart);
  EXPECT_TRUE(timers.pending(1));
  timers.cancel(1);
  timers.cancel(7);
  EXPECT_FALSE(timers.pending(1));
  EXPECT_EQ(timers.pop_due(kStart + 1s), std::nullopt);
}

}  // namespace
}  // namespace ovid::base
