// Paths of limited quality: what messages take on them follows from rate, delay, queue and loss,
// and nothing is lost or exchanged.

#include "ovid/sim/poor_path.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/sim/network.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr base::NodeId kA{0};
constexpr base::NodeId kB{1};
constexpr base::NodeId kC{2};
constexpr base::Duration kLatency = 100us;
constexpr std::int64_t kMbit = 1'000'000;
constexpr link::AttemptLimits kLimits{500ms, 1s};

Traits traits() {
  Traits traits;
  traits.latency_min = traits.latency_max = kLatency;
  traits.in_flight_max = 1'000'000;
  return traits;
}

/// Three processes that read at once whatever arrives.
class APoorPath : public ::testing::Test, private Processes {
 protected:
  struct Arrived {
    base::Time at;
    base::NodeId to;
    std::uint64_t number;
    std::size_t bytes;
  };
  struct Reported {
    base::Duration at;
    Report what;
    bool operator==(const Reported&) const = default;
  };

  void connect(base::NodeId from, base::NodeId to, const link::AttemptLimits& limits = kLimits) {
    network_.connect(from, to, limits);
    run_until(agenda_.now() + 60s);
    ASSERT_TRUE(network_.connected(from, to));
    reports_.clear();
  }
  /// Sends a message of so many bytes, envelope included.
  bool send(base::NodeId from, base::NodeId to, std::size_t bytes) {
    wire::EnvelopeBytes envelope{};
    std::memcpy(envelope.data(), &next_, sizeof next_);
    const std::string body(bytes - envelope.size(), 'x');
    if (!network_.send(from, to, envelope, base::Bytes::of(body))) return false;
    ++next_;
    return true;
  }
  void run_until(base::Time end) {
    while (agenda_.next() <= end) {
      network_.happen(agenda_.pop());
      read();
    }
    agenda_.advance(end);
  }
  /// How long a single message takes that finds the path idle.
  base::Duration alone(std::size_t bytes) {
    const base::Time sent = agenda_.now();
    arrived_.clear();
    EXPECT_TRUE(send(kA, kB, bytes));
    run_until(sent + 300s);
    return arrived_.size() == 1 ? arrived_.front().at - sent : base::Duration{};
  }
  void expect_all_in_order() const {
    ASSERT_EQ(arrived_.size(), next_);
    for (std::size_t i = 0; i < arrived_.size(); ++i) ASSERT_EQ(arrived_[i].number, i);
  }

  Agenda agenda_;
  SeededRandom random_{1};
  Network network_{3, traits(), agenda_, random_, *this};
  std::vector<Arrived> arrived_;
  std::vector<Reported> reports_;
  std::function<void()> writable_;
  std::uint64_t next_ = 0;  // number of the next message

 private:
  Condition condition(base::NodeId) const override { return Condition::Running; }
  void report(base::NodeId, base::NodeId, Report what) override {
    reports_.push_back({agenda_.now().time_since_epoch(), what});
    if (what == Report::Writable && writable_) writable_();
  }
  void wake(base::NodeId) override {}  // read() comes after each event
  void read() {
    for (const base::NodeId to : {kA, kB, kC})
      while (const auto packet = network_.take(to)) {
        Arrived arrived{agenda_.now(), to, 0, packet->envelope.size() + packet->body.size()};
        std::memcpy(&arrived.number, packet->envelope.data(), sizeof arrived.number);
        arrived_.push_back(arrived);
      }
  }
};

TEST_F(APoorPath, TakesTheTimeOfTheBytesAndTheDelay) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = kMbit, .delay = 50ms});
  EXPECT_EQ(alone(1250), 10ms + 50ms + kLatency);
  EXPECT_EQ(alone(12'500), 100ms + 50ms + kLatency);
}

TEST_F(APoorPath, LetsAMessageWaitForThoseBeforeIt) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = kMbit, .delay = 50ms});
  const base::Time sent = agenda_.now();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(kA, kB, 1250));
  run_until(sent + 1s);
  ASSERT_EQ(arrived_.size(), 3u);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(arrived_[static_cast<std::size_t>(i)].at - sent, (i + 1) * 10ms + 50ms + kLatency);
}

TEST_F(APoorPath, CarriesItsRateAndNoMore) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = 2 * kMbit, .delay = 100ms});
  writable_ = [this] {
    while (send(kA, kB, 5000)) {
    }
  };
  const base::Time begin = agenda_.now();
  writable_();
  run_until(begin + 20s);
  std::size_t bytes = 0;
  for (const Arrived& each : arrived_) bytes += each.bytes;
  EXPECT_NEAR(static_cast<double>(bytes) * 8 / 20, 2e6, 2e6 * 0.01);
  EXPECT_GT(reports_.size(), 100u);
}

TEST_F(APoorPath, TakesNoMessageWhileItsQueueIsFullAndReportsWhenHalfOfItIsFree) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = 8 * kMbit, .queue_bytes = 10'000});
  const base::Duration begin = agenda_.now().time_since_epoch();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(send(kA, kB, 1000)) << i;
  EXPECT_FALSE(send(kA, kB, 1000));
  EXPECT_FALSE(send(kA, kB, 1000));
  run_until(agenda_.now() + 1s);
  EXPECT_EQ(reports_, (std::vector<Reported>{{begin + 5ms, Report::Writable}}));
  expect_all_in_order();
  EXPECT_TRUE(send(kA, kB, 1000));
}

TEST_F(APoorPath, ReportsRoomEachTimeItWasFull) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = 8 * kMbit, .queue_bytes = 10'000});
  for (int times = 0; times < 3; ++times) {
    while (send(kA, kB, 1000)) {
    }
    run_until(agenda_.now() + 1s);
  }
  EXPECT_EQ(reports_.size(), 3u);
  expect_all_in_order();
}

TEST_F(APoorPath, IsOneWayAndSharedWithNoOther) {
  for (const auto& [from, to] : {std::pair(kA, kB), std::pair(kB, kA), std::pair(kA, kC)})
    connect(from, to);
  network_.quality(kA, kB, {.rate_bits_per_s = 1000, .delay = 1s});
  const base::Time sent = agenda_.now();
  for (const auto& [from, to] : {std::pair(kA, kB), std::pair(kB, kA), std::pair(kA, kC)})
    ASSERT_TRUE(send(from, to, 1000));
  run_until(sent + 10s);
  ASSERT_EQ(arrived_.size(), 3u);
  EXPECT_EQ(arrived_[0].at, sent + kLatency);
  EXPECT_EQ(arrived_[1].at, sent + kLatency);
  EXPECT_EQ(arrived_[2].at, sent + 9s + kLatency);
  EXPECT_EQ(arrived_[2].to, kB);
}

TEST_F(APoorPath, DelaysMessagesButLosesAndExchangesNone) {
  connect(kA, kB);
  for (const double loss_percent : {1.0, 5.0, 30.0}) {
    network_.quality(kA, kB,
                     {.rate_bits_per_s = 10 * kMbit, .delay = 20ms, .loss_percent = loss_percent});
    for (int i = 0; i < 3000; ++i) {
      while (!send(kA, kB, 100 + 64 * random_.below(200))) run_until(agenda_.now() + 10ms);
      run_until(agenda_.now() + random_.between(0ms, 8ms));
    }
    run_until(agenda_.now() + 600s);
    expect_all_in_order();
  }
}

TEST_F(APoorPath, RepeatsALonePacketAfterATimeoutThatDoubles) {
  connect(kA, kB);
  network_.quality(kA, kB, {.delay = 49'900us, .loss_percent = 50});
  network_.quality(kB, kA, {.delay = 49'900us});
  // The round trip takes 100 ms and the acknowledgement 40 ms more, so the timeout is 340 ms, after
  // the first few messages.
  constexpr base::Duration kWay = 50ms;
  std::vector<int> repeated(5);
  for (int i = 0; i < 2000; ++i) {
    const base::Duration later = alone(100) - kWay;
    base::Duration timeouts{};
    for (std::size_t times = 0; times < repeated.size(); ++times) {
      if (later == timeouts) ++repeated[times];
      timeouts += 340ms * (1 << times);
    }
  }
  const std::vector<int> expected{1000, 500, 250, 125, 62};
  for (std::size_t times = 0; times < repeated.size(); ++times)
    EXPECT_NEAR(repeated[times], expected[times], expected[times] / 3) << times;
}

TEST_F(APoorPath, LosesTheShareOfPacketsThatItShould) {
  connect(kA, kB);
  network_.quality(kA, kB, {.delay = 10ms, .loss_percent = 5});
  int later = 0;
  for (int i = 0; i < 4000; ++i) later += alone(100) > 10ms + kLatency ? 1 : 0;
  EXPECT_NEAR(later, 200, 60);
}

TEST_F(APoorPath, RepeatsAPacketSoonerIfThreeOthersArriveBehindIt) {
  connect(kA, kB);
  network_.quality(kA, kB, {.delay = 49'900us, .loss_percent = 20});
  network_.quality(kB, kA, {.delay = 49'900us});
  int fast = 0;
  int slow = 0;
  for (int i = 0; i < 500; ++i) {
    arrived_.clear();
    const base::Time sent = agenda_.now();
    for (int packet = 0; packet < 4; ++packet) {
      ASSERT_TRUE(send(kA, kB, 100));
      run_until(agenda_.now() + 1ms);
    }
    run_until(sent + 300s);
    ASSERT_EQ(arrived_.size(), 4u);
    // The third packet behind it is sent after 3 ms and arrives after 50 ms more.
    fast += arrived_.front().at - sent == 3ms + 50ms + 100ms ? 1 : 0;
    slow += arrived_.front().at - sent == 340ms + 50ms ? 1 : 0;
  }
  EXPECT_NEAR(fast, 500 * 0.2 * 0.8 * 0.8 * 0.8 * 0.8, 20);
  EXPECT_NEAR(slow, 500 * 0.2 * 0.8 * (1 - 0.8 * 0.8 * 0.8), 20);
}

TEST_F(APoorPath, RepeatsAPacketSoonerIfOneOtherWasSentAQuarterOfARoundTripLater) {
  connect(kA, kB);
  network_.quality(kA, kB, {.delay = 49'900us, .loss_percent = 20});
  network_.quality(kB, kA, {.delay = 49'900us});
  for (int i = 0; i < 20; ++i) alone(100);  // until the timeout is 340 ms
  for (const auto& [pause, expected] :
       {std::pair{24ms, 340ms + 50ms}, std::pair{26ms, 26ms + 50ms + 100ms}}) {
    int repeated = 0;
    for (int i = 0; i < 500; ++i) {
      arrived_.clear();
      const base::Time sent = agenda_.now();
      ASSERT_TRUE(send(kA, kB, 100));
      run_until(sent + pause);
      ASSERT_TRUE(send(kA, kB, 100));
      run_until(sent + 300s);
      repeated += arrived_.front().at - sent == expected ? 1 : 0;
    }
    EXPECT_NEAR(repeated, 500 * 0.2 * 0.8 * 0.8, 25);
  }
}

TEST_F(APoorPath, RepeatsAPacketThatIsLostAgainAsSoonAsALaterOneShowsIt) {
  connect(kA, kB);
  network_.quality(kA, kB, {.delay = 900us, .loss_percent = 50});
  network_.quality(kB, kA, {.delay = 900us});
  int after_two = 0;
  for (int i = 0; i < 1000; ++i) {
    arrived_.clear();
    const base::Time sent = agenda_.now();
    for (int packet = 0; packet < 3; ++packet) {
      ASSERT_TRUE(send(kA, kB, 100));
      run_until(agenda_.now() + 50ms);
    }
    run_until(sent + 1000s);
    after_two += arrived_.front().at - sent == 100ms + 3ms ? 1 : 0;
  }
  EXPECT_NEAR(after_two, 1000 * 0.5 * (0.5 * 0.5 + 0.5) * 0.5 * 0.5, 40);
}

TEST_F(APoorPath, RepeatsAPacketOfALongMessageWithinARoundTrip) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = 100 * kMbit, .delay = 50ms, .loss_percent = 1});
  network_.quality(kB, kA, {.delay = 50ms});
  std::vector<base::Duration> times;
  for (int i = 0; i < 200; ++i) times.push_back(alone(60'000));
  std::sort(times.begin(), times.end());
  const base::Duration whole = 4800us + 50ms + kLatency;
  EXPECT_EQ(times[50], whole);  // of 42 packets none is lost in 66 % of the cases
  EXPECT_GT(times[160], whole + 90ms);
  EXPECT_LT(times[160], whole + 110ms);
}

TEST_F(APoorPath, ThatGetsGoodAgainKeepsTheOrder) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = kMbit, .delay = 200ms, .loss_percent = 10});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(send(kA, kB, 1000));
  network_.quality(kA, kB, {});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(send(kA, kB, 1000));
  run_until(agenda_.now() + 100s);
  expect_all_in_order();
  EXPECT_EQ(alone(1000), kLatency);
}

TEST_F(APoorPath, IsConnectedAfterFourRoundTrips) {
  network_.quality(kA, kB, {.delay = 60ms});
  network_.quality(kB, kA, {.delay = 20ms});
  network_.connect(kA, kB, kLimits);
  run_until(agenda_.now() + 10s);
  EXPECT_EQ(reports_, (std::vector<Reported>{{4 * 80ms + 2 * kLatency, Report::Connected}}));
}

TEST_F(APoorPath, IsNotConnectedIfItIsTooFar) {
  network_.quality(kA, kB, {.delay = 501ms});
  network_.connect(kA, kB, kLimits);
  run_until(base::Time(10s));
  EXPECT_EQ(reports_, (std::vector<Reported>{{500ms, Report::Unreachable}}));
  reports_.clear();
  network_.quality(kA, kB, {.delay = 334ms});
  network_.connect(kA, kB, kLimits);
  run_until(base::Time(20s));
  EXPECT_EQ(reports_,
            (std::vector<Reported>{{10s + 334ms + 2 * kLatency + 1000ms, Report::Disconnected}}));
  reports_.clear();
  network_.quality(kA, kB, {.delay = 333ms});
  network_.connect(kA, kB, kLimits);
  run_until(base::Time(30s));
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_EQ(reports_.front().what, Report::Connected);
}

TEST_F(APoorPath, IsConnectedHoweverFarIfTheAttemptMayTakeSoLong) {
  network_.quality(kA, kB, {.delay = 2s});
  network_.connect(kA, kB, {2s, 6s});
  run_until(base::Time(10s));
  EXPECT_EQ(reports_, (std::vector<Reported>{{4 * 2s + 2 * kLatency, Report::Connected}}));
}

/// A request to connect that does not arrive is repeated 1, 3 and 7 s after the beginning.
TEST_F(APoorPath, IsConnectedByARepeatedRequestOnceItIsOpenAgain) {
  network_.block(kA, kB);
  network_.connect(kA, kB, {4s, 10s});
  run_until(base::Time(1500ms));
  network_.unblock(kA, kB);
  run_until(base::Time(10s));
  EXPECT_EQ(reports_, (std::vector<Reported>{{3s + 0 * kLatency, Report::Connected}}));
  reports_.clear();
  network_.block(kB, kA);
  network_.connect(kA, kB, {4s, 10s});
  run_until(base::Time(10s + 3500ms));
  network_.unblock(kB, kA);  // the next request would come after 7 s
  run_until(base::Time(20s));
  EXPECT_EQ(reports_, (std::vector<Reported>{{10s + 4s, Report::Unreachable}}));
}

TEST_F(APoorPath, LosesWhatIsQueuedWithItsConnection) {
  connect(kA, kB);
  network_.quality(kA, kB, {.rate_bits_per_s = kMbit});
  while (send(kA, kB, 1000)) {
  }
  network_.end(kA, kB, false);
  reports_.clear();
  connect(kA, kB);
  EXPECT_TRUE(arrived_.empty());
  EXPECT_EQ(alone(1000), 8ms + kLatency);
}

TEST(PathQualities, AreReadAndWrittenTheSame) {
  for (const std::string text : {"rate_kbit=256 delay_ms=50 queue_kib=32 loss_percent=1",
                                 "rate_kbit=10000", "delay_ms=0.25", "loss_percent=0.5"}) {
    std::string listed = text;
    std::replace(listed.begin(), listed.end(), ' ', ',');
    const auto read = parse_quality(listed);
    ASSERT_TRUE(std::holds_alternative<PathQuality>(read)) << std::get<std::string>(read);
    EXPECT_EQ(text_of(std::get<PathQuality>(read)), text);
  }
  EXPECT_TRUE(PathQuality().perfect());
  EXPECT_EQ(PathQuality().slowest(), 0s);
}

TEST(PathQualities, ThatCannotBeReadAreNamed) {
  for (const std::string wrong : {"", "fast", "rate_kbit=0", "rate_kbit=1.5", "rate_kbit",
                                  "delay_ms=-1", "loss_percent=51", "queue_kib=64,", "mtu=1500"})
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_quality(wrong))) << wrong;
  EXPECT_EQ(std::get<std::string>(parse_quality("delay_ms=1,delay_ms=2")),
            "delay_ms=2 contradicts what is set before");
}

}  // namespace
}  // namespace ovid::sim
