#include "ovid/link/path_history.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

/// A path of 30 ms. The peer's clock is ahead or behind.
class APathHistory : public ::testing::TestWithParam<base::Duration> {
 protected:
  APathHistory() {
    config_.silence = 600ms;
    config_.ping = 300ms;
    config_.silence_max = 3s;
    history_.session_began(now_);
  }

  /// A message arrives so late.
  void arrives(base::Duration late = {}) {
    const base::Time sent = now_ - 30ms - late + GetParam();
    history_.arrived(
        now_,
        static_cast<std::uint32_t>(
            std::chrono::floor<std::chrono::microseconds>(sent.time_since_epoch()).count()),
        config_);
  }
  /// One message each ping interval, none of them late.
  void goes_on(base::Duration lasting) {
    for (const base::Time end = now_ + lasting; now_ < end; now_ += config_.ping) arrives();
  }
  base::Duration limit() const { return history_.limit(now_, config_); }

  Config config_;
  base::Time now_{10h};
  PathHistory history_;
};

TEST_P(APathHistory, OfAGoodPathChangesNothing) {
  goes_on(10min);
  EXPECT_EQ(limit(), 600ms);
  EXPECT_EQ(history_.late(now_), 0ms);
}

TEST_P(APathHistory, CountsLatenessSevenTimes) {
  goes_on(10s);
  arrives(200ms);
  EXPECT_EQ(limit(), 300ms + 7 * 200ms);
  arrives(100ms);
  EXPECT_EQ(limit(), 300ms + 7 * 200ms);
  EXPECT_EQ(history_.late(now_), 200ms);
  arrives(250ms);
  EXPECT_EQ(limit(), 300ms + 7 * 250ms);
  arrives(2s);
  EXPECT_EQ(limit(), 3s) << "the maximum";
}

TEST_P(APathHistory, ForgetsLatenessAfterAQuietMinute) {
  goes_on(10s);
  arrives(200ms);
  const base::Time late_at = now_;
  goes_on(59s);
  EXPECT_EQ(limit(), 1700ms);
  EXPECT_TRUE(history_.unsure(now_, config_));
  arrives(80ms);
  goes_on(59s);
  EXPECT_EQ(limit(), 1700ms) << "no minute was quiet";
  goes_on(2s);
  EXPECT_EQ(limit(), 600ms);
  EXPECT_GT(now_ - late_at, 2min);
}

TEST_P(APathHistory, DoesNotTakeBusyProcessorsForLosses) {
  goes_on(10s);
  arrives(74ms);
  EXPECT_EQ(limit(), 600ms);
}

TEST_P(APathHistory, DoesNotTakeAStopOfThePeerForALoss) {
  goes_on(10s);
  now_ += 5s;  // it has sent nothing in that time
  goes_on(10s);
  EXPECT_EQ(limit(), 600ms);
}

TEST_P(APathHistory, TakesAPathThatHasBecomeLongerAsItIsAfterTwoMinutes) {
  goes_on(10s);
  for (int i = 0; i < 130 * 10 / 3; ++i, now_ += config_.ping) arrives(100ms);
  EXPECT_EQ(history_.late(now_), 100ms);
  for (int i = 0; i < 130 * 10 / 3; ++i, now_ += config_.ping) arrives(100ms);
  EXPECT_EQ(history_.late(now_), 0ms);
}

TEST_P(APathHistory, StaysWhenClocksDrift) {
  constexpr base::Duration kDriftPerPing = 30us;  // 100 ppm
  base::Duration drift{};
  for (int i = 0; i < 60'000; ++i, now_ += config_.ping) arrives(drift += kDriftPerPing);
  EXPECT_EQ(history_.late(now_), 0ms);
}

TEST_P(APathHistory, AddsFourRoundTrips) {
  history_.returned(now_, 100ms);
  EXPECT_EQ(limit(), 1s);
  history_.returned(now_, 400ms);
  EXPECT_EQ(limit(), 1s) << "the least one counts";
  history_.returned(now_, 10ms);
  EXPECT_EQ(limit(), 640ms);
  for (int i = 0; i < 125; ++i, now_ += 1s) history_.returned(now_, 800ms);
  EXPECT_EQ(limit(), 3s) << "a minute ago or two it was shorter";
}

TEST_P(APathHistory, IsUnsureInTheFirstMinuteOfASessionAndAfterLateness) {
  EXPECT_TRUE(history_.unsure(now_, config_));
  goes_on(61s);
  EXPECT_FALSE(history_.unsure(now_, config_));
  arrives(200ms);
  EXPECT_TRUE(history_.unsure(now_, config_));
  goes_on(61s);
  EXPECT_FALSE(history_.unsure(now_, config_));
  history_.session_began(now_);
  EXPECT_TRUE(history_.unsure(now_, config_));
}

TEST_P(APathHistory, IsNotUsedUnlessLimitsMayGrow) {
  config_.silence_max = config_.silence;
  arrives();
  arrives(500ms);
  history_.returned(now_, 100ms);
  EXPECT_EQ(limit(), 600ms);
  EXPECT_FALSE(history_.unsure(now_, config_));
}

/// The last one: the peer's microseconds begin again from 0 during the tests.
INSTANTIATE_TEST_SUITE_P(Clocks, APathHistory,
                         ::testing::Values(0h, -9h, 200h,
                                           std::chrono::microseconds(1LL << 32) * 9 - 10h - 5s));

}  // namespace
}  // namespace ovid::link
