// The agenda is compared with a plain priority queue, with few events and with very many.

#include "ovid/sim/agenda.hpp"

#include <cstdint>
#include <functional>
#include <ostream>
#include <queue>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

// The time of the event, and its place in the order of adding.
using Expected = std::pair<base::Time, std::uint64_t>;

/// An agenda, and the events that must still come, in the expected order.
class Play {
 public:
  void add(base::Duration ahead) {
    const base::Time at = agenda_.now() + ahead;
    agenda_.add(at, Event::Kind::Wake, {}, {}, added_);
    expected_.emplace(at, added_++);
  }
  /// Returns whether the time of the next event is right.
  bool look() { return agenda_.next() == (over() ? base::kNever : expected_.top().first); }
  /// Takes the next event (there must be one). Returns whether it is the right one.
  bool take() {
    const Event event = agenda_.pop();
    const Expected expected = expected_.top();
    expected_.pop();
    return Expected(event.at, event.token) == expected && agenda_.now() == event.at &&
           agenda_.empty() == expected_.empty();
  }
  bool over() const { return expected_.empty(); }

 private:
  Agenda agenda_;
  std::uint64_t added_ = 0;
  std::priority_queue<Expected, std::vector<Expected>, std::greater<>> expected_;
};

struct Step {
  enum class Kind { Add, Look, Take } kind;
  int count;              // how many events are added or taken
  base::Duration within;  // added events are spread over this time from now on
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* kNames[] = {"add", "look", "take"};
  return out << kNames[static_cast<int>(step.kind)] << ' ' << step.count << " within "
             << step.within.count() << " ns";
}

rc::Gen<std::vector<Step>> steps() {
  using Kind = Step::Kind;
  const auto kind =
      rc::gen::weightedElement<Kind>({{3, Kind::Add}, {1, Kind::Look}, {2, Kind::Take}});
  const auto count =
      rc::gen::weightedOneOf<int>({{2, rc::gen::inRange(1, 4)}, {1, rc::gen::inRange(1, 2000)}});
  const auto within =
      rc::gen::element<base::Duration>(0ns, 100ns, 10us, 150us, 600us, 2ms, 8ms, 50ms, 600ms, 1s);
  return rc::gen::container<std::vector<Step>>(rc::gen::construct<Step>(kind, count, within));
}

RC_GTEST_PROP(AnAgenda, IsInOrderOfTimeAndThenOfDecision, ()) {
  Play play;
  for (const Step& step : *steps()) {
    switch (step.kind) {
      case Step::Kind::Add:
        for (int i = 0; i < step.count; ++i)
          play.add(step.within * (i * std::int64_t{7919} % step.count) / step.count);
        break;
      case Step::Kind::Look:
        RC_ASSERT(play.look());
        break;
      case Step::Kind::Take:
        for (int i = 0; i < step.count && !play.over(); ++i) RC_ASSERT(play.take());
        break;
    }
  }
  while (!play.over()) RC_ASSERT(play.take());
}

TEST(AnAgenda, TakesBurstAfterBurst) {
  SeededRandom random(1);
  Play play;
  for (int burst = 0; burst < 20; ++burst) {
    play.add(125ms);
    for (int i = 0; i < 20000; ++i) play.add(50us + random.between(0us, 100us));
    while (!play.over()) ASSERT_TRUE(play.take());
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
  // The event was added for a time in the past, so it happens now.
  EXPECT_EQ(agenda.next(), base::Time(1s));
}

}  // namespace
}  // namespace ovid::sim
