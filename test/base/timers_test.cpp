#include "ovid/base/timers.hpp"

#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

struct Step {
  enum class Kind { Set, Cancel, PopDue } kind;
  int key;
  int ms;  // until the deadline, or by which time goes on
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* kNames[] = {"set", "cancel", "pop_due"};
  return out << kNames[static_cast<int>(step.kind)] << " key " << step.key << " ms " << step.ms;
}

rc::Gen<std::vector<Step>> steps(int keys) {
  using Kind = Step::Kind;
  const auto kind =
      rc::gen::weightedElement<Kind>({{5, Kind::Set}, {2, Kind::Cancel}, {3, Kind::PopDue}});
  return rc::gen::scale(4.0, rc::gen::container<std::vector<Step>>(rc::gen::construct<Step>(
                                 kind, rc::gen::inRange(0, keys), rc::gen::inRange(0, 20))));
}

/// The simplest implementation of Timers: all in the order in which they fire.
struct Sorted {
  std::set<std::pair<Time, int>> deadlines;

  void cancel(int key) {
    std::erase_if(deadlines, [key](const auto& each) { return each.second == key; });
  }
  void set(int key, Time at) {
    cancel(key);
    deadlines.emplace(at, key);
  }
  Time next() const { return deadlines.empty() ? kNever : deadlines.begin()->first; }
  std::optional<int> pop_due(Time now) {
    if (deadlines.empty() || next() > now) return std::nullopt;
    return deadlines.extract(deadlines.begin()).value().second;
  }
};

RC_GTEST_PROP(Timers, BehaveLikeASortedSetWhateverIsSetAndCancelled, ()) {
  Timers<int> timers;
  Sorted expected;
  Time now = kStart;
  for (const Step& step : *steps(*rc::gen::element(3, 50, 1000))) {
    switch (step.kind) {
      case Step::Kind::Set:
        timers.set(step.key, now + step.ms * 1ms);
        expected.set(step.key, now + step.ms * 1ms);
        break;
      case Step::Kind::Cancel:
        timers.cancel(step.key);
        expected.cancel(step.key);
        break;
      case Step::Kind::PopDue:
        now += step.ms / 8 * 1ms;
        RC_ASSERT(timers.pop_due(now) == expected.pop_due(now));
        break;
    }
    RC_ASSERT(timers.next() == expected.next());
  }
  while (!expected.deadlines.empty()) RC_ASSERT(timers.pop_due(kNever) == expected.pop_due(kNever));
  RC_ASSERT(timers.pop_due(kNever) == std::nullopt);
}

}  // namespace
}  // namespace ovid::base
