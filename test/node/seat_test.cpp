#include "ovid/node/seat.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness.hpp"

#include "ovid/base/cannot_start.hpp"

namespace ovid::test {
namespace {

class SeatTest : public NodeTest {
 protected:
  /// Makes a node without a store of this agent.
  void make(std::unique_ptr<agent::Agent> agent) {
    node_ = std::make_unique<node::Node>(link::Config{.self = id(0), .nodes = 3},
                                         node::alone("moody", std::move(agent)),
                                         node::Services{*this, *this, random_, stream_, nullptr});
  }
};

/// Needs no store when it is asked first, and one whenever it is asked again.
class ChangesItsMind final : public agent::Agent {
 public:
  bool needs_store() const override { return asked_++ > 0; }
  void step(const agent::Event& event, agent::Effects& effects) override {
    if (const auto* line = std::get_if<agent::Line>(&event))
      line->text == "append" ? effects.append("x") : effects.checkpoint("x");
  }

 private:
  mutable int asked_ = 0;
};

/// Throws when it is asked whether it needs a store.
template <typename Thrown>
class CannotSay final : public agent::Agent {
 public:
  explicit CannotSay(Thrown thrown) : thrown_(std::move(thrown)) {}
  bool needs_store() const override { throw thrown_; }
  void step(const agent::Event&, agent::Effects&) override {}

 private:
  const Thrown thrown_;
};

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

TEST_F(SeatTest, AnAgentThatFindsOutLaterThatItNeedsAStoreBreaksTheContract) {
  for (const std::string call : {"append", "checkpoint"}) {
    make(std::make_unique<ChangesItsMind>());
    node_->start(now_);
    line(call);
    EXPECT_EQ(trace_.back(), "fails: agent moody at \"line 7: " + call +
                                 "\": appends or checkpoints a value, but its needs_store() is "
                                 "false");
  }
}

TEST_F(SeatTest, AnAgentThatCannotSayWhetherItNeedsAStoreIsNamed) {
  const auto why = [&](std::unique_ptr<agent::Agent> agent) -> std::string {
    try {
      make(std::move(agent));
    } catch (const base::CannotStart& error) {
      return error.what();
    }
    return "starts";
  };
  EXPECT_EQ(why(std::make_unique<CannotSay<std::runtime_error>>(std::runtime_error("no idea"))),
            "agent moody: needs_store() threw: no idea");
  EXPECT_EQ(why(std::make_unique<CannotSay<int>>(7)),
            "agent moody: needs_store() threw: something that is no std::exception");
}

}  // namespace
}  // namespace ovid::test
