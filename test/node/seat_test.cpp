#include "ovid/node/seat.hpp"

#include <string>

#include "harness.hpp"

namespace ovid::test {
namespace {

class SeatTest : public NodeTest {};

TEST_F(SeatTest, ATimerFiresOnceWithinTheRangeAskedFor) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({5}, 10ms, 20ms);
  };
  node_->start(now_);
  trace_.clear();
  const base::Time start = now_;
  EXPECT_GE(node_->deadline(), start + 10ms);
  EXPECT_LE(node_->deadline(), start + 20ms);
  now_ = start + 10ms - 1ns;
  turn();
  EXPECT_EQ(trace_, Lines{});
  now_ = start + 20ms;
  turn();
  now_ = start + 100ms;
  turn();
  EXPECT_EQ(trace_, Lines{"timer 5"});
}

TEST_F(SeatTest, ATimerOfTheSameNumberTakesThePlaceOfTheFirst) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({5}, 10ms, 10ms);
    if (event.starts_with("start")) effects.timer({6}, 10ms, 10ms);
    if (event.starts_with("line")) effects.timer({5}, 50ms, 50ms);
  };
  node_->start(now_);
  line("later");
  trace_.clear();
  now_ += 49ms;
  turn();
  EXPECT_EQ(trace_, Lines{"timer 6"});
  now_ += 1ms;
  turn();
  EXPECT_EQ(trace_, (Lines{"timer 6", "timer 5"}));
}

TEST_F(SeatTest, ATimerThatIsCancelledDoesNotFireEvenIfItIsDue) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({1}, 10ms, 10ms);
    if (event.starts_with("start")) effects.timer({2}, 10ms, 10ms);
    if (event == "timer 1") effects.cancel({2});
    if (event == "timer 1") effects.cancel({99});
  };
  node_->start(now_);
  trace_.clear();
  now_ += 10ms;
  turn();
  EXPECT_EQ(trace_, Lines{"timer 1"});
}

TEST_F(SeatTest, ATimerWithoutADelayDoesNotHoldUpTheLoop) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (!event.starts_with("line")) effects.timer({1}, 0ns, 0ns);
  };
  node_->start(now_);
  trace_.clear();
  for (int i = 0; i < 3; ++i) {
    now_ += 1ms;
    turn();
  }
  EXPECT_EQ(trace_, (Lines{"timer 1", "timer 1", "timer 1"}));
}

TEST_F(SeatTest, TimersFireHoweverManyLinesCome) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({1}, 3ms, 3ms);
  };
  node_->start(now_);
  for (int i = 0; i < 4; ++i, now_ += 1ms) line("busy");
  EXPECT_EQ(trace_.back(), "timer 1");
}

TEST_F(SeatTest, TheDeadlineIsTheEarlierOneOfLinksAndAgents) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({1}, 10s, 10s);
    if (event.starts_with("line")) effects.timer({1}, 1ms, 1ms);
  };
  node_->start(now_);
  const base::Time of_links = node_->deadline();
  EXPECT_LT(of_links, now_ + 1s);
  line("soon");
  EXPECT_EQ(node_->deadline(), now_ + 1ms);
  EXPECT_LT(node_->deadline(), of_links);
}

}  // namespace
}  // namespace ovid::test
