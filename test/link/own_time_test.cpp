#include "ovid/link/own_time.hpp"

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart{10s};

TEST(OwnTime, RunsWithTheDriversWhileTheNodeIsOnTime) {
  OwnTime time;
  time.woke(kStart, kStart + 100ms);
  time.woke(kStart + 104ms, kStart + 100ms);
  EXPECT_EQ(time.lost(), 0ns);
  EXPECT_EQ(time.at(kStart + 104ms) - time.at(kStart), 104ms);
}

TEST(OwnTime, StandsStillWhileTheNodeCouldNotNoticeAnything) {
  OwnTime time;
  const base::Time before = time.at(kStart);
  time.woke(kStart + 3100ms, kStart + 100ms);
  EXPECT_EQ(time.lost(), 3s);
  EXPECT_EQ(time.at(kStart + 3100ms) - before, 100ms);
}

TEST(OwnTime, AddsUpEveryDelay) {
  OwnTime time;
  time.woke(kStart + 50ms, kStart + 20ms);
  time.woke(kStart + 90ms, kStart + 70ms);
  EXPECT_EQ(time.lost(), 50ms);
}

TEST(OwnTime, WhoWaitsForNothingIsNeverLate) {
  OwnTime time;
  time.woke(kStart, base::kNever);
  EXPECT_EQ(time.lost(), 0ns);
}

}  // namespace
}  // namespace ovid::link
