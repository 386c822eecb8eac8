#include "ovid/node/node.hpp"

#include <string>
#include <vector>

#include "harness.hpp"

#include "ovid/base/cannot_start.hpp"

namespace ovid::test {
namespace {

TEST_F(NodeTest, StartsItsAgentFirstWithWhatTheStoreHas) {
  recovered_ = {"a", "b", "c"};
  node_->start(now_);
  EXPECT_EQ(trace_, (Lines{"start 0 of 3, recovered 3"}));
}

TEST_F(NodeTest, AnEmptyStoreIsNotNoStore) {
  node_->start(now_);
  EXPECT_EQ(trace_, (Lines{"start 0 of 3, recovered 0"}));
  trace_.clear();
  host(1, false, false);
  node_->start(now_);
  EXPECT_EQ(trace_, (Lines{"start 0 of 3"}));
}

TEST_F(NodeTest, WithoutAStoreAnAgentThatNeedsOneIsRefusedAtTheStart) {
  try {
    host(1, false, true);
    FAIL() << "not refused";
  } catch (const base::CannotStart& error) {
    EXPECT_STREQ(error.what(), "agent agent 0 needs a store, and this node has none");
  }
}

TEST_F(NodeTest, APeerIsUpBeforeItsFirstMessage) {
  node_->start(now_);
  reports_.emplace_back(id(1), link::Report::Connected);
  turn();
  say(1, {"first"});
  trace_.clear();
  turn();
  EXPECT_EQ(trace_, (Lines{"up 1", "message 1: first"}));
}

TEST_F(NodeTest, APeerThatIsGoneIsDownAndTheAgentIsToldWhy) {
  start_with_peer();
  reports_.emplace_back(id(1), link::Report::Refused);
  turn();
  EXPECT_EQ(trace_, (Lines{"down 1: refused"}));
}

TEST_F(NodeTest, ALineGoesToTheAgentAndItsReplyToTheClientThatAsked) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: get") effects.reply({7}, {base::Bytes::of("a"), base::Bytes::of("b\n")});
  };
  start_with_peer();
  line("get");
  EXPECT_EQ(trace_, (Lines{"line 7: get", "said 7 ab\n"}));
}

TEST_F(NodeTest, AnAgentLearnsThatAClientHasGone) {
  start_with_peer();
  lines_.push_back([](node::Node& to) { to.take(node::Left{{7}}); });
  turn();
  EXPECT_EQ(trace_, Lines{"gone 7"});
}

// ---- The order in which things leave

TEST_F(NodeTest, WhatWasAppendedIsSyncedBeforeAnythingLeaves) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (!event.starts_with("line")) return;
    effects.note(base::Severity::Info, "one");
    effects.append("two");
    effects.reply({7}, {base::Bytes::of("three")});
    effects.broadcast("six");
    effects.send(base::NodeId(id(1)), "seven");
    effects.checkpoint("four");
    effects.note(base::Severity::Info, "five");
  };
  start_with_peer();
  line("go");
  EXPECT_EQ(trace_, (Lines{"line 7: go", "note one", "append 0 two", "checkpoint 0 four",
                           "note five", "sync", "sent 1 six", "sent 1 seven", "said 7 three"}));
}

TEST_F(NodeTest, AgentsOfATurnShareOneSync) {
  host(2);
  for (Act& act : acts_)
    act = [](const std::string& event, agent::Effects& effects) {
      if (event.starts_with("line") || event.starts_with("message")) effects.append(event);
    };
  start_with_peer();
  for (std::uint16_t agent = 0; agent < 2; ++agent)
    lines_.push_back([agent](node::Node& to) { to.take(node::Said{{7}, "x", {agent}}); });
  say(1, {"1 0 y"});
  turn();
  EXPECT_EQ(trace_, (Lines{"1: message 1: y", "append 1 message 1: y", "0: line 7: x",
                           "append 0 line 7: x", "1: line 7: x", "append 1 line 7: x", "sync"}));
}

TEST_F(NodeTest, ATurnWithoutValuesIsNotSynced) {
  start_with_peer();
  line("nothing");
  EXPECT_EQ(trace_, Lines{"line 7: nothing"});
}

TEST_F(NodeTest, WhatATimerAppendsIsSyncedInTheSameTurnAndWhatItSendsLeavesInIt) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: go") effects.timer({1}, 3ms, 3ms);
    if (event == "timer 1") effects.append("tick");
    if (event == "timer 1") effects.broadcast("tick");
  };
  start_with_peer();
  line("go");
  trace_.clear();
  now_ += 3ms;
  turn();
  EXPECT_EQ(trace_, (Lines{"timer 1", "append 0 tick", "sync", "sent 1 tick"}));
}

TEST_F(NodeTest, WhatIsDoneAtADeathBySilenceIsSyncedBeforeItLeaves) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (!event.starts_with("down")) return;
    effects.append("dead");
    effects.reply({7}, {base::Bytes::of("dead\n")});
  };
  start_with_peer();
  for (int i = 0; i < 1000; ++i, now_ += 1ms) turn();
  EXPECT_EQ(trace_, (Lines{"down 1: silent", "append 0 dead", "sync", "said 7 dead\n"}));
}

// ---- Messages to agents of the same node

TEST_F(NodeTest, AMessageToItselfArrivesInTheNextTurnWhichFollowsWithoutWaiting) {
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

TEST_F(NodeTest, MessagesToItselfKeepNothingElseWaitingAndNoneIsLost) {
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

TEST_F(NodeTest, AnAgentThatAnswersItselfForEverKeepsNobodyWaiting) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: go" || event.starts_with("message 0"))
      effects.send(base::NodeId(id(0)), "on");
  };
  start_with_peer();
  line("go");
  line("and this");
  EXPECT_EQ(trace_, (Lines{"line 7: go", "message 0: on", "line 7: and this"}));
}

// ---- Timers

TEST_F(NodeTest, ATimerFiresOnceWithinTheRangeAskedFor) {
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

TEST_F(NodeTest, ATimerOfTheSameNumberTakesThePlaceOfTheFirst) {
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

TEST_F(NodeTest, ATimerThatIsCancelledDoesNotFireEvenIfItIsDue) {
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

TEST_F(NodeTest, ATimerWithoutADelayDoesNotHoldUpTheLoop) {
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

TEST_F(NodeTest, TimersFireHoweverManyLinesCome) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({1}, 3ms, 3ms);
  };
  node_->start(now_);
  for (int i = 0; i < 4; ++i, now_ += 1ms) line("busy");
  EXPECT_EQ(trace_.back(), "timer 1");
}

TEST_F(NodeTest, TheDeadlineIsTheEarlierOneOfLinksAndAgents) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({1}, 10s, 10s);
    if (event.starts_with("line")) effects.timer({1}, 1ms, 1ms);
  };
  node_->start(now_);
  EXPECT_EQ(node_->deadline(), node_->links().deadline());
  line("soon");
  EXPECT_EQ(node_->deadline(), now_ + 1ms);
}

// ---- Load

TEST_F(NodeTest, TakesNoLinesWhileAPeerOwesTooMuch) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("line"))
      effects.send(base::NodeId(id(1)), std::string(std::size_t{1} << 20, 'x'));
  };
  start_with_peer();
  for (int i = 0; i < 63; ++i) line("more");
  EXPECT_TRUE(node_->accepts_lines());
  line("more");
  EXPECT_FALSE(node_->accepts_lines());
}

// ---- Several agents

TEST_F(NodeTest, EachOfSeveralAgentsHasTimersAndMessagesOfItsOwn) {
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

TEST_F(NodeTest, ARecordNamesTheAgentsItGoesToAndComesFrom) {
  host(2);
  start_with_peer();
  say(1, {"0 1 a", "1 0 b c", "1 1 "});
  turn();
  EXPECT_EQ(trace_, (Lines{"0: message 1/1: a", "1: message 1: b c", "1: message 1/1: "}));
}

TEST_F(NodeTest, RecordsThatNameNobodyHereAreDropped) {
  host(2);
  start_with_peer();
  say(1, {"2 0 a", "x", "", "0", "0 1", "-1 0 a", "70000 0 a", "0 0 fine"});
  turn();
  EXPECT_EQ(trace_, (Lines{"0: message 1: fine"}));
}

TEST_F(NodeTest, ALoneAgentsContentsAreBare) {
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
