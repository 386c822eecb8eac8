#include "ovid/link/round_trip.hpp"

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

using namespace std::chrono_literals;

/// Two sides whose clocks differ. A message takes 30 ms in one direction and 50 ms in the other.
class RoundTrips : public ::testing::TestWithParam<base::Duration> {
 protected:
  static constexpr base::Duration kThere = 30ms;
  static constexpr base::Duration kBack = 50ms;
  base::Time theirs() const { return now_ + GetParam(); }

  wire::Envelope from_here() {
    wire::Envelope envelope;
    envelope.from_incarnation = {1};
    envelope.to_incarnation = {2};
    here_.stamp(now_, envelope);
    return envelope;
  }
  wire::Envelope from_there() {
    wire::Envelope envelope;
    envelope.from_incarnation = {2};
    envelope.to_incarnation = {1};
    there_.stamp(theirs(), envelope);
    return envelope;
  }

  /// The other side answers now. Returns the round trip that the answer completes.
  std::optional<base::Duration> answered() {
    const wire::Envelope answer = from_there();
    now_ += kBack;
    return here_.arrived(now_, answer);
  }

  base::Time now_{1h};
  RoundTrip here_;
  RoundTrip there_;
};

TEST_P(RoundTrips, AreKnownWhenTheFirstAnswerComes) {
  const wire::Envelope question = from_here();
  EXPECT_EQ(question.echo, 0u);
  now_ += kThere;
  EXPECT_EQ(there_.arrived(theirs(), question), std::nullopt);
  EXPECT_EQ(answered(), kThere + kBack);
}

TEST_P(RoundTrips, DoNotIncludeTheTimeThatTheOtherSideWaits) {
  const wire::Envelope question = from_here();
  now_ += kThere;
  there_.arrived(theirs(), question);
  now_ += 4s;
  EXPECT_EQ(answered(), kThere + kBack);
}

TEST_P(RoundTrips, AreThoseOfTheLastMessageThatArrived) {
  const wire::Envelope first = from_here();
  now_ += 1s;
  const wire::Envelope second = from_here();
  now_ += kThere;
  there_.arrived(theirs(), first);
  there_.arrived(theirs(), second);
  now_ += 10ms;
  EXPECT_EQ(answered(), kThere + kBack);
}

TEST_P(RoundTrips, AreNotMeasuredByTheClockOfAnEarlierIncarnation) {
  here_.arrived(now_, from_there());
  wire::Envelope next;
  next.to_incarnation = {3};
  here_.stamp(now_, next);
  EXPECT_EQ(next.echo, 0u);
}

TEST_P(RoundTrips, OfAnotherClockAreNotBelieved) {
  wire::Envelope forged = from_there();
  forged.echo = from_here().sent + 5000000;
  EXPECT_EQ(here_.arrived(now_, forged), std::nullopt) << "an answer to the future";
}

// The last one makes the times pass 2^32 microseconds between a message and its answer.
INSTANTIATE_TEST_SUITE_P(Clocks, RoundTrips,
                         ::testing::Values(0ms, -59min, 1234567ms, 4294967296us - 1h - 40ms));

}  // namespace
}  // namespace ovid::link
