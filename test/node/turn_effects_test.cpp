#include "ovid/node/turn_effects.hpp"

#include <string>

#include "harness.hpp"

namespace ovid::test {
namespace {

class TurnEffectsTest : public NodeTest {};

TEST_F(TurnEffectsTest, WhatWasAppendedIsSyncedBeforeAnythingLeaves) {
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

TEST_F(TurnEffectsTest, AgentsOfATurnShareOneSync) {
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

TEST_F(TurnEffectsTest, ATurnWithoutValuesIsNotSynced) {
  start_with_peer();
  line("nothing");
  EXPECT_EQ(trace_, Lines{"line 7: nothing"});
}

TEST_F(TurnEffectsTest, WhatATimerAppendsIsSyncedInTheSameTurnAndWhatItSendsLeavesInIt) {
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

TEST_F(TurnEffectsTest, AValueAppendedWhenAPeerFallsSilentIsSyncedBeforeTheReplyLeaves) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (!event.starts_with("down")) return;
    effects.append("dead");
    effects.reply({7}, {base::Bytes::of("dead\n")});
  };
  start_with_peer();
  for (int i = 0; i < 1000; ++i, now_ += 1ms) turn();
  EXPECT_EQ(trace_, (Lines{"down 1: silent", "append 0 dead", "sync", "said 7 dead\n"}));
}

}  // namespace
}  // namespace ovid::test
