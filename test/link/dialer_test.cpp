// The limits of attempts to connect: when they grow, how far, and when they are short again. And
// how long a connection may be without an answer.

#include "ovid/link/dialer.hpp"

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

constexpr base::Duration kLate = 1ms;  // a driver reports the end of an attempt a little late

class ADialer : public testing::Test {
 protected:
  AttemptLimits limits() const { return dialer_.limits(config_); }
  /// The next attempt fails after so long.
  void gets_no_answer(base::Duration after) {
    dialer_.begin(now_);
    now_ += after;
    dialer_.not_made(now_, config_);
  }
  void gets_no_handshake(base::Duration after) {
    dialer_.begin(now_);
    now_ += after;
    dialer_.lost(now_, config_);
  }
  void connects(base::Duration after) {
    dialer_.begin(now_);
    now_ += after;
    dialer_.connected(now_, config_);
  }

  Config config_;
  Dialer dialer_;
  base::Time now_{1h};
};

TEST_F(ADialer, BeginsWithTheConfiguredLimits) {
  EXPECT_EQ(limits(), (AttemptLimits{500ms, 1s}));
  EXPECT_EQ(dialer_.attempt_time(config_), 2s);
}

TEST_F(ADialer, DoublesTheLimitToConnectWhileNobodyAnswersInTime) {
  for (const base::Duration next : {1s, 2s, 4s, 4s, 4s}) {
    gets_no_answer(limits().connect + kLate);
    EXPECT_EQ(limits().connect, next);
  }
}

TEST_F(ADialer, DoublesTheLimitOfTheHandshakeWhileNoneIsDoneInTime) {
  for (const base::Duration next : {2s, 4s, 8s, 10s, 10s}) {
    gets_no_handshake(limits().handshake + kLate);
    EXPECT_EQ(limits(), (AttemptLimits{500ms, next}));
    EXPECT_EQ(dialer_.attempt_time(config_), 500ms + next + 500ms);
  }
}

/// A connection takes one round trip, its handshake three.
TEST_F(ADialer, GivesAHandshakeThreeTimesAsLongWhereConnectionsTakeLong) {
  for (const base::Duration handshake : {3s, 6s, 10s, 10s}) {
    gets_no_answer(limits().connect + kLate);
    EXPECT_EQ(limits().handshake, handshake);
  }
}

TEST_F(ADialer, GrowsOnlyIfTheLimitIsWhatEndedTheAttempt) {
  for (int i = 0; i < 10; ++i) {
    gets_no_answer(3ms);     // no route
    gets_no_handshake(3ms);  // a program that disconnects at once
    dialer_.begin(now_);
    dialer_.refused();
  }
  EXPECT_EQ(limits(), (AttemptLimits{500ms, 1s}));
}

TEST_F(ADialer, DoesNotGrowIfTheDriverReportsNothing) {
  for (int i = 0; i < 10; ++i) gets_no_answer(dialer_.attempt_time(config_));
  EXPECT_EQ(limits(), (AttemptLimits{500ms, 1s}));
}

TEST_F(ADialer, DoesNotGrowWhenAMadeConnectionIsLost) {
  for (int i = 0; i < 10; ++i) {
    connects(1ms);
    now_ += 1s;
    dialer_.lost(now_, config_);
  }
  EXPECT_EQ(limits(), (AttemptLimits{500ms, 1s}));
}

TEST_F(ADialer, NeverUsesShorterLimitsThanTheConfiguredOnes) {
  config_.connect_max = 20s;
  config_.handshake_max = 40s;
  for (int i = 0; i < 3; ++i) {
    gets_no_answer(limits().connect + kLate);
    gets_no_handshake(limits().handshake + kLate);
  }
  EXPECT_EQ(limits(), (AttemptLimits{20s, 40s}));
}

TEST_F(ADialer, ReachesTheLongestLimitsFromTheShortestOnes) {
  config_.connect_max = config_.handshake_max = 10ms;
  for (int i = 0; i < 100; ++i) {
    gets_no_answer(limits().connect + kLate);
    gets_no_handshake(limits().handshake + kLate);
  }
  EXPECT_EQ(limits(), (AttemptLimits{4s, 10s}));
}

TEST_F(ADialer, HasTheConfiguredLimitsAgainOnceAMessageOfASessionHasArrived) {
  for (int i = 0; i < 5; ++i) {
    gets_no_answer(limits().connect + kLate);
    gets_no_handshake(limits().handshake + kLate);
  }
  connects(1ms);
  EXPECT_EQ(limits(), (AttemptLimits{4s, 10s}));
  dialer_.proved(now_);
  EXPECT_EQ(limits(), (AttemptLimits{500ms, 1s}));
}

TEST_F(ADialer, DoesNotGrowForAMinuteAfterAMessageOfASession) {
  connects(1ms);
  dialer_.proved(now_);
  dialer_.lost(now_, config_);
  for (const base::Time end = now_ + 1min; now_ < end;) {
    EXPECT_EQ(limits(), (AttemptLimits{500ms, 1s}));
    gets_no_answer(limits().connect + kLate);
  }
  EXPECT_EQ(limits(), (AttemptLimits{1s, 3s}));
}

TEST_F(ADialer, KeepsTheTimeThatAFarPathNeeds) {
  connects(8s);  // four round trips
  dialer_.proved(now_);
  dialer_.measured(2s);
  dialer_.measured(3s);
  EXPECT_EQ(limits(), (AttemptLimits{4s, 10s}));
  dialer_.lost(now_, config_);
  EXPECT_EQ(limits(), (AttemptLimits{4s, 10s}));
  connects(1200ms);
  EXPECT_EQ(limits(), (AttemptLimits{600ms, 1800ms}));
}

/// A peer that was stopped completes its handshake when it continues.
TEST_F(ADialer, ForgetsThatAnAttemptTookLongIfTheRoundTripIsShort) {
  connects(9s);
  EXPECT_EQ(dialer_.answer_time(config_), 18s);
  dialer_.proved(now_);
  dialer_.measured(200us);
  EXPECT_EQ(limits(), (AttemptLimits{500ms, 1s}));
  EXPECT_EQ(dialer_.answer_time(config_), 1s);
}

TEST_F(ADialer, WaitsTwiceTheTimeOfTheAttemptForAnAnswer) {
  connects(1ms);
  EXPECT_EQ(dialer_.answer_time(config_), 1s);
  connects(8s);
  EXPECT_EQ(dialer_.answer_time(config_), 16s);
  dialer_.renewed();
  EXPECT_EQ(dialer_.answer_time(config_), 16s);
  connects(1h);
  EXPECT_EQ(dialer_.answer_time(config_), 28s) << "twice the longest that an attempt may take";
  connects(1ms);
  EXPECT_EQ(dialer_.answer_time(config_), 2s);
}

}  // namespace
}  // namespace ovid::link
