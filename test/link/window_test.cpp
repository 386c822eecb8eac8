// Windows on paths of a model: a bottleneck with a rate and an endless queue, a delay, and
// receivers that answer late when their processors are busy.

#include "ovid/link/window.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/sim/seeded_random.hpp"

namespace ovid::link {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Time;

struct Path {
  double bits_per_second = 10e6;
  Duration round_trip = 30ms;  ///< without a queue
  Duration busy_min{};         ///< an answer comes later by a random time of these
  Duration busy_max{};
};

/// The bottleneck of a path, or of several.
struct Line {
  Time free_at{};
};

/// A sender that always has records, and its path.
class Play {
 public:
  explicit Play(const Path& path, const Window& window = Window(),
                std::shared_ptr<Line> line = std::make_shared<Line>())
      : path_(path), window_(window), line_(std::move(line)) {
    send();
  }

  void run(Duration duration) { run({this}, duration); }
  /// Several on one line, which is given to all.
  static void run(const std::vector<Play*>& plays, Duration duration) {
    const Time end = plays.front()->now_ + duration;
    for (Play* each : plays) each->begin();
    while (true) {
      const auto next = *std::min_element(plays.begin(), plays.end(),
                                          [](Play* a, Play* b) { return a->next() < b->next(); });
      if (next->next() >= end) break;
      next->answer();
    }
    for (Play* each : plays) each->end(end, duration);
  }
  void change(const Path& path) { path_ = path; }
  /// The bottleneck stands still, as after a lost packet.
  void stall(Duration duration) { line_->free_at = std::max(line_->free_at, now_) + duration; }

  // Of the last run.
  /// The part of the path's rate that was used.
  double use() const { return rate_ * 8 / path_.bits_per_second; }
  /// How long a message would have waited behind data, at most.
  Duration longest_queue() const { return longest_queue_; }

  const Window& window() const { return window_; }
  /// How long the bottleneck takes for so many bytes.
  Duration time_of(std::size_t bytes) const {
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(static_cast<double>(bytes) * 8 / path_.bits_per_second));
  }

 private:
  struct Answer {
    Time at;
    Time sent_at;
    std::size_t upto;
  };

  Time next() const { return answers_.empty() ? Time::max() : answers_.front().at; }
  void begin() {
    longest_queue_ = {};
    before_ = acknowledged_;
  }
  void end(Time end, Duration duration) {
    now_ = end;
    rate_ = static_cast<double>(acknowledged_ - before_) /
            std::chrono::duration<double>(duration).count();
  }
  void send() {
    while (true) {
      const std::size_t bytes = std::min(window_.slice(), wire::kBodyBytesFull);
      if (!window_.admits(bytes, sent_ - acknowledged_)) break;
      const bool asks = window_.asks(bytes, sent_ - acknowledged_);
      window_.sent(bytes, asks);
      sent_ += bytes;
      line_->free_at = std::max(line_->free_at, now_) + time_of(bytes);
      longest_queue_ = std::max(longest_queue_, line_->free_at - now_);
      unasked_ += bytes;
      if (!asks && unasked_ < kUnaskedBytes) continue;
      unasked_ = 0;
      Time at = line_->free_at + path_.round_trip;
      if (path_.busy_max > Duration{}) at += random_.between(path_.busy_min, path_.busy_max);
      if (!answers_.empty()) at = std::max(at, answers_.back().at);
      answers_.push_back({at, now_, sent_});
    }
    window_.full(sent_ - acknowledged_);
  }
  void answer() {
    const Answer answer = answers_.front();
    answers_.pop_front();
    now_ = answer.at;
    acknowledged_ = answer.upto;
    window_.returned(now_ - answer.sent_at, sent_ - acknowledged_);
    send();
  }

  Path path_;
  Window window_;
  std::shared_ptr<Line> line_;
  sim::SeededRandom random_{1};
  Time now_{1s};
  std::deque<Answer> answers_;
  std::size_t sent_ = 0;
  std::size_t acknowledged_ = 0;
  std::size_t before_ = 0;  // acknowledged before this run
  std::size_t unasked_ = 0;
  Duration longest_queue_{};
  double rate_ = 0;
};

TEST(Window, FillsEveryPathAndNothingWaitsLongBehindIt) {
  for (const double rate : {256e3, 1e6, 10e6, 100e6, 1e9, 8e9})
    for (const Duration round_trip :
         {Duration(200us), Duration(1ms), Duration(30ms), Duration(100ms), Duration(300ms)}) {
      if (rate > 2e8 && round_trip > 100ms) continue;
      SCOPED_TRACE(::testing::Message() << rate << " bit/s, " << base::in_ms(round_trip) << " ms");
      Play play({rate, round_trip});
      play.run(20s);
      EXPECT_LT(play.longest_queue(), 150ms) << "while it grows";
      play.run(10s);
      EXPECT_GT(play.use(), 0.95);
      EXPECT_LT(play.longest_queue(), 150ms);
    }
}

TEST(Window, BeginsWithOneRecordAndAsksForEveryAnswerThen) {
  const Window window;
  EXPECT_TRUE(window.admits(wire::kBodyBytesMax, 0));
  EXPECT_FALSE(window.admits(wire::kRecordBytesMax, 1));
  EXPECT_EQ(window.slice(), wire::kRecordBytesMax);
  EXPECT_TRUE(window.asks(wire::kRecordBytesMax, 0));
}

TEST(Window, IsWideWithinMillisecondsOnAFastPathAndAsksForNothingMore) {
  Play play({8e9, 100us});
  play.run(20ms);
  EXPECT_GE(play.window().slice(), wire::kBodyBytesFull);
  EXPECT_FALSE(play.window().asks(wire::kBodyBytesFull, 0));
}

TEST(Window, FollowsAPathThatBecomesSlower) {
  Play play({10e6, 30ms});
  play.run(5s);
  play.change({1e6, 30ms});
  play.run(10s);
  play.run(10s);
  EXPECT_LT(play.longest_queue(), 150ms);
  EXPECT_GT(play.use(), 0.95);
}

TEST(Window, FollowsAPathThatBecomesFaster) {
  Play play({1e6, 30ms});
  play.run(5s);
  play.change({100e6, 30ms});
  play.run(3s);
  play.run(3s);
  EXPECT_GT(play.use(), 0.95);
}

TEST(Window, DoesNotVanishWhenProcessorsAreBusy) {
  for (const Path& busy : {Path{80e6, 200us, 150ms, 150ms}, Path{80e6, 200us, 100ms, 200ms},
                           Path{80e6, 200us, 0ms, 200ms}}) {
    Play play({80e6, 200us});
    play.run(2s);
    play.change(busy);
    play.run(10s);
    play.run(10s);
    EXPECT_GT(play.use(), 0.8) << base::in_ms(busy.busy_max);
    play.change({80e6, 200us});
    play.run(20s);
    play.run(5s);
    EXPECT_LT(play.longest_queue(), 150ms) << "and forgets it";
  }
}

TEST(Window, IsSoonTheSameAfterALostPacket) {
  Play play({10e6, 100ms});
  play.run(10s);
  const std::size_t before = play.window().bytes();
  for (const Duration stall : {300ms, 600ms, 1200ms}) {
    play.stall(stall);
    play.run(4s);
    play.run(2s);
    EXPECT_GT(play.use(), 0.95);
    EXPECT_GT(play.window().bytes(), before * 3 / 4);
    EXPECT_LT(play.longest_queue(), 150ms);
  }
}

TEST(Window, ThatSharesALineNeverTakesTheQueueOfOthersForTheLengthOfThePath) {
  for (const double rate : {256e3, 1e6, 10e6})
    for (const Duration round_trip : {Duration(1ms), Duration(100ms), Duration(300ms)})
      for (const std::size_t senders : {2u, 3u, 5u}) {
        SCOPED_TRACE(::testing::Message() << senders << " senders, " << rate << " bit/s, "
                                          << base::in_ms(round_trip) << " ms");
        const auto line = std::make_shared<Line>();
        std::deque<Play> plays;
        std::vector<Play*> all;
        for (std::size_t i = 0; i < senders; ++i)
          all.push_back(&plays.emplace_back(Path{rate, round_trip}, Window(kForeignWaitMax), line));
        Play::run(all, 60s);
        Play::run(all, 600s);
        double use = 0;
        for (const Play& each : plays) {
          use += each.use();
          // Each has one record on its way at least.
          EXPECT_LT(each.longest_queue(), 300ms + senders * each.time_of(wire::kRecordBytesMax));
        }
        EXPECT_GT(use, 0.9);
      }
}

TEST(Window, GrowsOnlyIfItIsFull) {
  Window window;
  for (int i = 0; i < 100; ++i) {
    window.sent(100, false);
    window.returned(1ms, 0);
  }
  EXPECT_EQ(window.bytes(), Window().bytes());
}

}  // namespace
}  // namespace ovid::link
