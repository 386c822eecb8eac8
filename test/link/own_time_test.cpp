#include "ovid/link/own_time.hpp"

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart{10s};
constexpr base::Duration kDoubtMax = 400ms;

TEST(OwnTime, RunsWithTheDriversWhileTheNodeIsOnTime) {
  OwnTime time(kDoubtMax);
  time.woke(kStart, kStart + 100ms);
  time.woke(kStart + 104ms, kStart + 100ms);
  EXPECT_EQ(time.lost(), 0ns);
  EXPECT_EQ(time.at(kStart + 104ms) - time.at(kStart), 104ms);
}

TEST(OwnTime, StandsStillWhileTheNodeCouldNotNoticeAnything) {
  OwnTime time(kDoubtMax);
  const base::Time before = time.at(kStart);
  time.woke(kStart + 3100ms, kStart + 100ms);
  EXPECT_EQ(time.lost(), 3s);
  EXPECT_EQ(time.at(kStart + 3100ms) - before, 100ms);
}

TEST(OwnTime, AddsUpEveryDelay) {
  OwnTime time(kDoubtMax);
  time.woke(kStart + 50ms, kStart + 20ms);
  time.woke(kStart + 90ms, kStart + 70ms);
  EXPECT_EQ(time.lost(), 50ms);
}

TEST(OwnTime, WhoWaitsForNothingIsNeverLate) {
  OwnTime time(kDoubtMax);
  time.woke(kStart, base::kNever);
  EXPECT_EQ(time.lost(), 0ns);
}

TEST(OwnTime, WhoWasOnTimeDoubtsNothing) {
  OwnTime time(kDoubtMax);
  time.woke(kStart + 104ms, kStart + 100ms);
  EXPECT_EQ(time.doubt(kStart + 104ms), 0ns);
}

TEST(OwnTime, DoubtIsTwiceTheDelayAndHalvedEveryQuarterOfASecond) {
  OwnTime time(kDoubtMax);
  time.woke(kStart, kStart - 80ms);
  EXPECT_EQ(time.doubt(kStart), 160ms);
  EXPECT_EQ(time.doubt(kStart + 249ms), 160ms);
  EXPECT_EQ(time.doubt(kStart + 250ms), 80ms);
  EXPECT_EQ(time.doubt(kStart + 999ms), 20ms);
  EXPECT_EQ(time.doubt(kStart + 24h), 0ns);
}

TEST(OwnTime, ALongDelayIsForgottenAsFastAsAShortOne) {
  OwnTime time(kDoubtMax);
  time.woke(kStart, kStart - 1h);
  EXPECT_EQ(time.doubt(kStart), kDoubtMax);
  EXPECT_EQ(time.doubt(kStart + 500ms), kDoubtMax / 4);
}

TEST(OwnTime, ASmallDelayDoesNotCutTheDoubtOfAGreatOneShort) {
  OwnTime time(kDoubtMax);
  time.woke(kStart, kStart - 1h);
  time.woke(kStart + 100ms, kStart + 90ms);
  EXPECT_EQ(time.doubt(kStart + 100ms), kDoubtMax);
}

}  // namespace
}  // namespace ovid::link
