#include "ovid/link/detector.hpp"

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

class NoTransport final : public Transport {
 public:
  void connect(base::NodeId, const AttemptLimits&) override {}
  bool send(base::NodeId, const wire::Envelope&, const base::Bytes&) override { return false; }
};

class ADetector : public ::testing::Test {
 protected:
  ADetector() {
    config_.silence = 600ms;
    config_.ping = 300ms;
    detector_.session_began(now_, node_);
  }

  void hears(base::Duration silent = {}) {
    wire::Envelope envelope;
    envelope.silent = static_cast<std::uint16_t>(silent / wire::kSilentUnit);
    detector_.heard(now_, envelope, node_);
  }
  int says_silent() const {
    wire::Envelope envelope;
    detector_.stamp(now_, envelope, node_);
    return envelope.silent;
  }
  /// When the peer is down if nothing more arrives, and why.
  std::pair<base::Duration, Cause> down_after() {
    const base::Time begin = now_;
    for (int i = 0; i < 1000; ++i) {
      const auto verdict = detector_.judge(now_, kPeer, node_);
      if (!verdict.again) return {now_ - begin, verdict.cause};
      now_ += *verdict.again;
    }
    return {};
  }

  static constexpr base::NodeId kPeer{1};
  Config config_;
  base::Time now_{1h};
  OwnTime own_{240ms};
  NoTransport transport_;
  observe::Stream stream_;
  OwnNode node_{config_, own_, transport_, stream_};
  Detector detector_;
};

TEST_F(ADetector, FindsAPeerSilentAfterTheLimit) {
  now_ += 10s;
  hears();
  EXPECT_EQ(down_after(), std::pair(base::Duration(600ms), Cause::Silent));
  EXPECT_EQ(detector_.evidence(now_, Cause::Silent, node_).silent, 600ms);
}

TEST_F(ADetector, FindsOutThatThePeerReceivesNothing) {
  // Since 500 ms before, nothing has arrived at the peer: so this one leaves the session 600 ms
  // later at the latest, not 900 ms later.
  now_ += 10s;
  hears(500ms);
  EXPECT_EQ(down_after(), std::pair(base::Duration(400ms), Cause::Unheard));
  EXPECT_EQ(detector_.evidence(now_, Cause::Unheard, node_).silent, 400ms);
}

TEST_F(ADetector, NeedsOneAndAHalfLimitsAtMostForADirectionInWhichNothingArrives) {
  for (int phase = 0; phase < 300; phase += 10) {
    // The last message arrived at the peer at `begin`; the peer's go on until it leaves.
    const base::Time begin = now_ += 1min;
    for (now_ = begin + std::chrono::milliseconds(phase); now_ < begin + 600ms; now_ += 300ms)
      hears(now_ - begin);
    now_ -= 300ms;
    down_after();
    EXPECT_LE(now_ - begin, 900ms + wire::kSilentUnit) << phase;
    EXPECT_GE(now_ - begin, 600ms) << phase;
  }
}

TEST_F(ADetector, AcceptsThatAPingOfItsOwnIsOnItsWay) {
  now_ += 10s;
  hears(299ms);
  EXPECT_EQ(down_after().first, 600ms);
}

TEST_F(ADetector, BelievesTheLatestMessage) {
  now_ += 10s;
  hears(550ms);
  now_ += 1ms;
  hears(0ms);
  EXPECT_EQ(down_after(), std::pair(base::Duration(600ms), Cause::Silent));
}

TEST_F(ADetector, SaysThatAPeerWasNotSilentBeforeItsFirstMessageCouldArrive) {
  config_.silence_max = 3s;
  wire::Envelope answer;
  answer.echo = wire::microseconds_of(now_ - 1h);
  detector_.arrived(now_, answer, node_);
  answer.echo = wire::microseconds_of(now_ - 5min);
  detector_.arrived(now_, answer, node_);
  detector_.session_began(now_, node_);
  EXPECT_EQ(detector_.evidence(now_, Cause::PeerLeft, node_).silent, 0ms);
  EXPECT_EQ(down_after().first, 6s) << "for the longest limit, and as long again";
}

TEST_F(ADetector, SaysForHowLongThePeerWasSilent) {
  now_ += 10s;
  hears();
  EXPECT_EQ(says_silent(), 0);
  now_ += 450'999us;
  EXPECT_EQ(says_silent(), 450 / 4);
  now_ += 1h;
  EXPECT_EQ(says_silent(), wire::kSilentMax);
}

TEST_F(ADetector, ExpectsTheFirstMessageAfterARoundTrip) {
  config_.silence_max = 10s;
  wire::Envelope answer;
  answer.echo = wire::microseconds_of(now_ - 2s);
  EXPECT_EQ(detector_.arrived(now_, answer, node_), 2s);
  detector_.session_began(now_, node_);
  EXPECT_EQ(says_silent(), 0);
  EXPECT_EQ(down_after().first, 2s + 600ms + 4 * 2s);
}

}  // namespace
}  // namespace ovid::link
