#include "ovid/node/contract.hpp"

#include <functional>
#include <stdexcept>
#include <string>

#include "harness.hpp"

namespace ovid::test {
namespace {

class BreachTest : public NodeTest {
 protected:
  /// What the log says when the agent asks for these effects.
  std::string does(const std::function<void(agent::Effects&)>& what, bool needs_store = true) {
    act_ = [what](const std::string& event, agent::Effects& effects) {
      if (event != "line 7: go") return;
      effects.append("lost");
      what(effects);
      effects.broadcast("never");
    };
    if (!needs_store)
      act_ = [what](const std::string& event, agent::Effects& effects) {
        if (event == "line 7: go") what(effects);
      };
    host(1, true, needs_store);
    start_with_peer();
    line("go");
    turn();
    std::string failures;
    for (const std::string& text : trace_) {
      EXPECT_FALSE(text.starts_with("sent ") || text == "sync") << text;
      if (text.starts_with("fails: ")) failures += text;
    }
    return failures;
  }
};

TEST_F(BreachTest, EndsTheNodeWithAgentEventAndReason) {
  using E = agent::Effects;
  const std::string at = "fails: agent agent 0 at \"line 7: go\": ";
  EXPECT_EQ(does([](E& e) { e.broadcast(std::string(agent::kContentsBytesMax + 1, 'x')); }),
            at + "sends 1052673 bytes, at most 1052672 are allowed");
  EXPECT_EQ(does([](E& e) { e.send(base::NodeId(id(3)), "x"); }),
            at + "sends to node 3 of a grid of 3");
  EXPECT_EQ(does([](E& e) { e.timer({1}, 2ms, 1ms); }), at + "asks for a timer of 2..1 ms");
  EXPECT_EQ(does([](E& e) { e.timer({1}, -1ms, 1ms); }), at + "asks for a timer of -1..1 ms");
  EXPECT_EQ(does([](E& e) { e.timer({1}, 0ms, agent::kTimerMax + 1ns); }),
            at + "asks for a timer of up to 31536000000000001 ns, at most 31536000000000000 are "
                 "allowed");
  EXPECT_EQ(does([](E& e) { e.append(std::string(agent::kValueBytesMax + 1, 'x')); }),
            at + "appends or checkpoints 67108865 bytes, at most 67108864 are allowed");
  EXPECT_EQ(does([](E& e) { e.checkpoint("x"); }, false),
            at + "appends or checkpoints a value, but its needs_store() is false");
  EXPECT_EQ(does([](E&) { throw std::runtime_error("no idea"); }), at + "threw: no idea");
  EXPECT_EQ(does([](E&) { throw 7; }), at + "threw something that is not a std::exception");
}

TEST_F(BreachTest, IsOneEvenIfTheAgentThrowsOrBreaksMoreAfterwards) {
  const std::string failures = does([](agent::Effects& e) {
    e.timer({1}, 2ms, 1ms);
    e.send(base::NodeId(id(3)), "x");
    throw std::runtime_error("and now this");
  });
  EXPECT_EQ(failures, "fails: agent agent 0 at \"line 7: go\": asks for a timer of 2..1 ms");
}

TEST_F(BreachTest, AnAgentMaySendItsNodeSoMuchAndNotAByteMore) {
  const std::string mebibyte((1 << 20) - agent::kLocalMessageBytes, 'x');
  const std::size_t empty_max = agent::kLocalBytesMax / agent::kLocalMessageBytes;
  for (const auto& [contents, fits] :
       {std::pair(std::string(), empty_max), std::pair(mebibyte, std::size_t{64})}) {
    for (const bool beyond : {false, true}) {
      act_ = [text = std::string_view(contents), times = fits + (beyond ? 1u : 0u)](
                 const std::string& event, agent::Effects& effects) {
        if (event != "line 7: go") return;
        for (std::size_t i = 0; i < times; ++i) effects.send(base::NodeId(id(0)), text);
      };
      host(1);
      start_with_peer();
      line("go");
      EXPECT_EQ(trace_.back(), !beyond ? "line 7: go"
                                       : "fails: agent agent 0 at \"line 7: go\": sends to its "
                                         "own node, but more than 67108864 bytes would then "
                                         "wait there");
    }
  }
}

TEST_F(BreachTest, WhileMuchWaitsInTheNodeNobodyElseIsRead) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event != "line 7: go") return;
    const std::string mebibyte((1 << 20) - agent::kLocalMessageBytes, 'x');
    for (int i = 0; i < 65; ++i) effects.send(base::NodeId(id(0)), "small");
    for (int i = 0; i < 33; ++i) effects.send(base::NodeId(id(0)), mebibyte);
  };
  start_with_peer();
  line("go");
  say(1, {"unread"});
  trace_.clear();
  turn();
  EXPECT_EQ(trace_.size(), 64u) << "of its own";
  EXPECT_FALSE(node_->accepts_lines());
  turn();
  EXPECT_EQ(trace_.back(), "message 1: unread");
  EXPECT_TRUE(node_->accepts_lines());
}

TEST_F(BreachTest, WhatTheContractAllowsIsFineToItsBounds) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event != "line 7: go") return;
    effects.broadcast(std::string(agent::kContentsBytesMax, 'x'));
    effects.broadcast({});
    effects.send(base::NodeId(id(2)), "to one that is not up");
    effects.timer({1}, 0ns, 0ns);
    effects.timer({2}, agent::kTimerMax, agent::kTimerMax);
    effects.append({});
    effects.checkpoint(std::string(1000, '\0'));
    effects.reply({12345}, {});
    effects.cancel({3});
  };
  start_with_peer();
  line("go");
  for (const std::string& text : trace_) EXPECT_FALSE(text.starts_with("fails")) << text;
}

TEST_F(BreachTest, TheLongestMessageFitsWithItsAddresses) {
  host(2);
  acts_[0] = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: go") effects.broadcast(std::string(agent::kContentsBytesMax, 'x'));
  };
  start_with_peer();
  line("go");
  // The peer acknowledges what has come, and the rest follows.
  for (std::size_t i = 0; !trace_.back().starts_with("sent ") && i < wire::records_of(1 << 21);
       ++i) {
    say(1, {}, said_.first + said_.count - 1);
    turn();
  }
  EXPECT_EQ(trace_.back().size(), std::string("sent 1 0 0 ").size() + agent::kContentsBytesMax);
}

}  // namespace
}  // namespace ovid::test
