// The agenda against the plainest queue there is, with few events and with very many.

#include "ovid/sim/agenda.hpp"

#include <queue>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

using Expected = std::pair<base::Time, std::uint64_t>;  // when, and which one decided

/// Adds, peeks and takes at random; keeps about `most` events.
class Play {
 public:
  explicit Play(std::size_t most) : most_(most) {}

  void add(base::Duration ahead) {
    const base::Time at = agenda_.now() + ahead;
    agenda_.add(at, Event::Kind::Wake, {}, {}, added_);
    expected_.emplace(at, added_++);
  }
  void take() {
    ASSERT_EQ(agenda_.next(), expected_.top().first);
    const Event event = agenda_.pop();
    ASSERT_EQ(Expected(event.at, event.token), expected_.top());
    ASSERT_EQ(agenda_.now(), event.at);
    expected_.pop();
    ASSERT_EQ(agenda_.empty(), expected_.empty());
  }
  void step(SeededRandom& random) {
    if (expected_.empty() || (expected_.size() < most_ && random.chance(2, 3))) {
      constexpr base::Duration kScales[] = {0ns, 100ns, 10us, 150us, 600us,
                                            2ms, 8ms,   50ms, 600ms, 1s};
      add(random.between(0ns, kScales[random.below(std::size(kScales))]));
    } else if (random.chance(1, 4)) {
      ASSERT_EQ(agenda_.next(), expected_.top().first);  // looks, and goes on adding
    } else {
      take();
    }
  }
  bool over() const { return expected_.empty(); }

 private:
  const std::size_t most_;
  Agenda agenda_;
  std::uint64_t added_ = 0;
  std::priority_queue<Expected, std::vector<Expected>, std::greater<>> expected_;
};

TEST(AnAgenda, IsInOrderOfTimeAndThenOfDecision) {
  for (const std::size_t most : {10u, 600u, 3000u, 50000u}) {
    SeededRandom random(most);
    Play play(most);
    for (int i = 0; i < 300000; ++i) {
      play.step(random);
      if (HasFatalFailure()) return;
    }
    while (!play.over() && !HasFatalFailure()) play.take();
  }
}

TEST(AnAgenda, TakesBurstAfterBurst) {
  SeededRandom random(1);
  Play play(0);
  for (int burst = 0; burst < 20; ++burst) {
    play.add(125ms);
    for (int i = 0; i < 20000; ++i) play.add(50us + random.between(0us, 100us));
    while (!play.over() && !HasFatalFailure()) play.take();
  }
}

TEST(AnAgenda, WithoutEventsIsEmptyAndItsNextTimeIsNever) {
  Agenda agenda;
  EXPECT_TRUE(agenda.empty());
  EXPECT_EQ(agenda.next(), base::kNever);
  agenda.add(base::Time(1s), Event::Kind::Wake, {});
  EXPECT_FALSE(agenda.empty());
  agenda.pop();
  EXPECT_TRUE(agenda.empty());
  agenda.add(base::Time(0s), Event::Kind::Wake, {});
  EXPECT_EQ(agenda.next(), base::Time(1s));  // not before now
}

}  // namespace
}  // namespace ovid::sim
