#include "ovid/base/timers.hpp"

#include <cstdint>
#include <map>
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

TEST(Timers, ASecondDeadlineReplacesTheFirst) {
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
  EXPECT_EQ(timers.next(), kStart);
  timers.cancel(1);
  timers.cancel(7);
  EXPECT_EQ(timers.next(), kNever);
  EXPECT_EQ(timers.pop_due(kStart + 1s), std::nullopt);
}

TEST(Timers, SetToTheSameTimeAgainAndAgainFireOnce) {
  Timers<int> timers;
  for (int i = 0; i < 1000; ++i) {
    timers.set(1, kStart + 2ms);
    timers.set(1, kStart + 1ms);
  }
  EXPECT_EQ(timers.pop_due(kStart + 5ms), 1);
  EXPECT_EQ(timers.pop_due(kStart + 5ms), std::nullopt);
  timers.set(1, kStart + 1ms);
  EXPECT_EQ(timers.pop_due(kStart + 5ms), 1);
  EXPECT_EQ(timers.next(), kNever);
}

/// The simplest implementation of Timers, to compare with.
std::map<int, Time>::iterator earliest(std::map<int, Time>& deadlines) {
  auto first = deadlines.begin();
  for (auto each = deadlines.begin(); each != deadlines.end(); ++each)
    if (each->second < first->second) first = each;
  return first;
}

TEST(Timers, BehaveLikeASortedListWhateverIsSetAndCancelled) {
  std::uint64_t state = 1;
  const auto below = [&state](std::uint64_t bound) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state >> 33) % bound);
  };
  for (const std::uint64_t keys : {3u, 50u, 1000u}) {
    Timers<int> timers;
    std::map<int, Time> expected;
    Time now = kStart;
    for (int i = 0; i < 20000; ++i) {
      const int key = below(keys);
      const int act = below(10);
      if (act < 5) {
        expected[key] = now + below(20) * 1ms;
        timers.set(key, expected[key]);
      } else if (act < 7) {
        expected.erase(key);
        timers.cancel(key);
      } else {
        now += below(3) * 1ms;
        const auto first = earliest(expected);
        const bool due = first != expected.end() && first->second <= now;
        ASSERT_EQ(timers.pop_due(now), due ? std::optional(first->first) : std::nullopt);
        if (due) expected.erase(first);
      }
      ASSERT_EQ(timers.next(), expected.empty() ? kNever : earliest(expected)->second);
    }
    for (; !expected.empty(); expected.erase(earliest(expected)))
      ASSERT_EQ(timers.pop_due(kNever), earliest(expected)->first);
    EXPECT_EQ(timers.pop_due(kNever), std::nullopt);
  }
}

}  // namespace
}  // namespace ovid::base
