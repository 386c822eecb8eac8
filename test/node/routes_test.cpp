#include "ovid/node/routes.hpp"

#include <algorithm>
#include <string>

#include "harness.hpp"
#include <fmt/format.h>

#include "ovid/base/counted.hpp"

namespace ovid::test {
namespace {

class RoutesTest : public NodeTest {};

/// What was dropped: the last one's peer and count, and the texts of those that are worth a line.
struct Losses final : observe::Reader {
  void read(const observe::Event& event) override {
    last = std::get<observe::Dropped>(event);
    if (!last.what.empty()) texts.push_back(last.what);
  }
  observe::Dropped last{};
  Lines texts;
};

TEST_F(RoutesTest, AMessageToItselfArrivesInTheNextTurnWhichFollowsWithoutWaiting) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event != "line 7: go") return;
    effects.send(base::NodeId(id(0)), "first");
    effects.send(base::NodeId(id(0)), "second");
  };
  start_with_peer();
  line("go");
  EXPECT_EQ(trace_, Lines{"line 7: go"});
  EXPECT_LE(node_->deadline(), now_);
  turn();
  EXPECT_EQ(trace_, (Lines{"line 7: go", "message 0: first", "message 0: second"}));
  EXPECT_GT(node_->deadline(), now_);
}

TEST_F(RoutesTest, MessagesToItselfKeepNothingElseWaitingAndNoneIsLost) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event != "line 7: go") return;
    for (int i = 0; i < 200; ++i) effects.send(base::NodeId(id(0)), std::to_string(i));
  };
  start_with_peer();
  line("go");
  for (const std::size_t arrived : {64, 128, 192, 200, 200}) {
    turn();
    EXPECT_EQ(trace_.size(), 1 + arrived);
  }
  EXPECT_EQ(trace_.back(), "message 0: 199");
}

TEST_F(RoutesTest, AnAgentThatAnswersItselfForEverKeepsNobodyWaiting) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: go" || event.starts_with("message 0"))
      effects.send(base::NodeId(id(0)), "on");
  };
  start_with_peer();
  line("go");
  line("and this");
  EXPECT_EQ(trace_, (Lines{"line 7: go", "message 0: on", "line 7: and this"}));
}

TEST_F(RoutesTest, EachOfSeveralAgentsHasTimersAndMessagesOfItsOwn) {
  host(2);
  for (std::uint16_t i = 0; i < 2; ++i)
    acts_[i] = [i](const std::string& event, agent::Effects& effects) {
      if (event == "line 7: go") effects.timer({1}, (2 - i) * 1ms, (2 - i) * 1ms);
      if (event != "timer 1") return;
      effects.broadcast("all of " + std::to_string(i));
      effects.send(agent::Address(id(1), {static_cast<std::uint16_t>(1 - i)}), "one");
      effects.send(agent::Address(id(0), {static_cast<std::uint16_t>(1 - i)}), "here");
    };
  start_with_peer();
  for (std::uint16_t agent = 0; agent < 2; ++agent)
    lines_.push_back([agent](node::Node& to) { to.take(node::Said{{7}, "go", {agent}}); });
  turn();
  trace_.clear();
  now_ += 1ms;
  turn();
  EXPECT_EQ(trace_, (Lines{"1: timer 1", "sent 1 1 1 all of 1", "sent 1 0 1 one"}));
  trace_.clear();
  now_ += 1ms;
  turn();
  EXPECT_EQ(trace_,
            (Lines{"0: message 0/1: here", "0: timer 1", "sent 1 0 0 all of 0", "sent 1 1 0 one"}));
}

TEST_F(RoutesTest, ARecordNamesTheAgentsItGoesToAndComesFrom) {
  host(2);
  start_with_peer();
  say(1, {"0 1 a", "1 0 b c", "1 1 "});
  turn();
  EXPECT_EQ(trace_, (Lines{"0: message 1/1: a", "1: message 1: b c", "1: message 1/1: "}));
}

TEST_F(RoutesTest, RecordsWithoutTheAddressOfAnAgentOfThisNodeAreDropped) {
  host(2);
  start_with_peer();
  say(1, {"2 0 a", "x", "", "0", "0 1", "-1 0 a", "70000 0 a", "0 0 fine"});
  turn();
  EXPECT_EQ(trace_, (Lines{"0: message 1: fine"}));
}

TEST_F(RoutesTest, AMessageForAnAgentThatNoNodeHostsDoesNotLeave) {
  for (const int agents : {1, 2}) {
    Losses lost;
    act_ = [agents](const std::string& event, agent::Effects& effects) {
      if (event != "line 7: go") return;
      for (const int beyond : {agents, 999, 1000, 65535})
        effects.send(agent::Address(id(1), {static_cast<std::uint16_t>(beyond)}), "lost");
      effects.send(agent::Address(id(1), {static_cast<std::uint16_t>(agents - 1)}), "sent");
    };
    host(agents);
    stream_.give(lost, observe::Kinds::of<observe::Dropped>());
    start_with_peer();
    line("go");
    EXPECT_EQ(trace_.back(), agents == 1 ? "sent 1 sent" : "sent 1 1 0 sent");
    EXPECT_EQ(std::count_if(trace_.begin(), trace_.end(),
                            [](const std::string& text) { return text.starts_with("sent "); }),
              1);
    EXPECT_EQ(lost.texts,
              Lines{fmt::format("a message for agent {}, but nodes of this grid host {}", agents,
                                base::counted(agents, "agent"))});
    EXPECT_EQ(lost.last.peer, id(1));
    EXPECT_EQ(lost.last.reason, observe::DropReason::NoSuchAgent);
    EXPECT_EQ(lost.last.count, 4u);
    stream_.give(lost, {});
  }
}

TEST_F(RoutesTest, ALoneAgentsContentsAreBare) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: go") effects.broadcast("0 0 bare");
  };
  start_with_peer();
  say(1, {"0 1 bare"});
  line("go");
  EXPECT_EQ(trace_, (Lines{"message 1: 0 1 bare", "line 7: go", "sent 1 0 0 bare"}));
}

}  // namespace
}  // namespace ovid::test
