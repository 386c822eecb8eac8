#include "ovid/node/node.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "../link/network.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Lines = std::vector<std::string>;

std::string text_of(const agent::Event& event) {
  if (const auto* e = std::get_if<agent::Start>(&event))
    return "start " + std::to_string(e->self.value) + " of " + std::to_string(e->nodes);
  if (const auto* e = std::get_if<agent::Message>(&event))
    return "message " + std::to_string(e->from.value) + " " + std::string(e->contents);
  if (const auto* e = std::get_if<agent::Timer>(&event))
    return "timer " + std::to_string(e->id.value);
  if (const auto* e = std::get_if<agent::PeerUp>(&event))
    return "up " + std::to_string(e->peer.value);
  if (const auto* e = std::get_if<agent::PeerDown>(&event))
    return "down " + std::to_string(e->peer.value);
  if (const auto* e = std::get_if<agent::Line>(&event))
    return "line " + std::to_string(e->client.value) + " " + std::string(e->text);
  const auto& e = std::get<agent::Recovered>(event);
  return "recovered " + std::string(e.value) + (e.last ? " (last)" : "");
}

/// Writes down what it is told and does what the test says.
using Act = std::function<void(const std::string&, agent::Effects&)>;

class Scripted final : public agent::Agent {
 public:
  Scripted(Lines& trace, const Act& act) : trace_(trace), act_(act) {}
  void step(const agent::Event& event, agent::Effects& effects) override {
    trace_.push_back(text_of(event));
    if (act_) act_(text_of(event), effects);
  }

 private:
  Lines& trace_;
  const Act& act_;
};

/// A node whose connections always succeed, and a peer 1 for which the test speaks.
class NodeTest : public ::testing::Test,
                 public link::Transport,
                 public node::Outside,
                 public base::Notes {
 protected:
  NodeTest()
      : node_({.self = id(0), .nodes = 3}, std::make_unique<Scripted>(trace_, act_), *this, *this,
              random_, *this) {}

  void connect(base::NodeId) override {}
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override {
    said_ = envelope;
    if (envelope.greeting) return true;
    wire::BodyReader reader;
    const auto read = reader.read(body.view(), envelope.count, id(0));
    if (const auto* messages = std::get_if<const wire::Messages*>(&read))
      for (const std::string_view text : **messages)
        trace_.push_back("sent " + std::to_string(peer.value) + " " + std::string(text));
    return true;
  }
  void reply(base::ClientId client, base::Rope text) override {
    trace_.push_back("reply " + std::to_string(client.value) + " " + base::flatten(text));
  }
  void persist(std::string_view value) override {
    trace_.push_back("persist " + std::string(value));
  }
  void crash() override { trace_.push_back("crash"); }
  void note(base::Severity, std::optional<base::NodeId> peer, std::string_view text) override {
    if (!peer) trace_.push_back("note " + std::string(text));
  }

  void turn(const std::function<void()>& events = {}) {
    node_.turn_begins(now_);
    if (events) events();
    node_.turn_ends(now_);
  }
  void line(std::string_view text) {
    turn([&] { node_.line({7}, text); });
  }
  /// Peer 1 in a message with its `first` record, in the session that its echo has begun.
  void hear(std::uint64_t first, const std::vector<std::string>& texts) {
    wire::Envelope e =
        greeting({.to_incarnation = said_.from_incarnation, .to_epoch = said_.from_epoch}).envelope;
    e.greeting = false;
    e.first = first;
    e.count = static_cast<std::uint16_t>(texts.size());
    const wire::EnvelopeBytes bytes = wire::encode(e);
    node_.links().frame(now_, {bytes.data(), bytes.size()}, body_of(id(1), texts).view());
  }
  void start_with_peer() {
    node_.start(now_);
    turn([&] {
      node_.links().connected(now_, id(1));
      const wire::Envelope echoed = said_;
      const Message echo =
          greeting({.to_incarnation = echoed.from_incarnation, .to_epoch = echoed.from_epoch});
      const wire::EnvelopeBytes bytes = wire::encode(echo.envelope);
      node_.links().frame(now_, {bytes.data(), bytes.size()}, echo.body.view());
    });
  }

  Lines trace_;
  Act act_;
  wire::Envelope said_;
  SeededRandom random_{9};
  base::Time now_{10s};
  node::Node node_;
};

TEST_F(NodeTest, StartsItsAgentFirstAndGivesBackWhatWasPersistedInOrder) {
  node_.start(now_, {"a", "b", "c"});
  EXPECT_EQ(trace_, (Lines{"start 0 of 3", "recovered a", "recovered b", "recovered c (last)"}));
}

TEST_F(NodeTest, WithNothingPersistedNothingIsRecovered) {
  node_.start(now_);
  EXPECT_EQ(trace_, Lines{"start 0 of 3"});
}

TEST_F(NodeTest, APeerIsUpBeforeItsFirstMessage) {
  node_.start(now_);
  turn([&] {
    node_.links().connected(now_, id(1));
    hear(1, {"first"});
  });
  EXPECT_EQ(trace_, (Lines{"start 0 of 3", "up 1", "message 1 first"}));
}

TEST_F(NodeTest, APeerThatIsGoneIsDown) {
  start_with_peer();
  turn([&] {
    node_.links().disconnected(now_, id(1));
    node_.links().refused(now_, id(1));
  });
  EXPECT_EQ(trace_, (Lines{"start 0 of 3", "up 1", "down 1"}));
}

TEST_F(NodeTest, ALineGoesToTheAgentAndItsReplyToTheClientThatAsked) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7 get") effects.reply({7}, {base::Bytes::of("a"), base::Bytes::of("b\n")});
  };
  node_.start(now_);
  line("get");
  EXPECT_EQ(trace_, (Lines{"start 0 of 3", "line 7 get", "reply 7 ab\n"}));
}

TEST_F(NodeTest, EffectsTakePlaceInTheirOrderAndWhatIsPersistedLeavesFirst) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (!event.starts_with("line")) return;
    effects.note(base::Severity::Info, "one");
    effects.persist("two");
    effects.reply({7}, {base::Bytes::of("three")});
    effects.broadcast("six");
    effects.send(id(1), "seven");
    effects.persist("four");
    effects.note(base::Severity::Info, "five");
  };
  start_with_peer();
  trace_.clear();
  line("go");
  EXPECT_EQ(trace_, (Lines{"line 7 go", "note one", "persist two", "reply 7 three", "persist four",
                           "note five", "sent 1 six", "sent 1 seven"}));
}

TEST_F(NodeTest, ACrashIsTheOutsidesAndAtOnce) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7 crash") effects.crash();
  };
  node_.start(now_);
  line("crash");
  EXPECT_EQ(trace_.back(), "crash");
}

TEST_F(NodeTest, ATimerFiresOnceWithinTheRangeAskedFor) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({5}, 10ms, 20ms);
  };
  node_.start(now_);
  const base::Time start = now_;
  EXPECT_GE(node_.deadline(), start + 10ms);
  EXPECT_LE(node_.deadline(), start + 20ms);
  now_ = start + 10ms - 1ns;
  turn();
  EXPECT_EQ(trace_, Lines{"start 0 of 3"});
  now_ = start + 20ms;
  turn();
  now_ = start + 100ms;
  turn();
  EXPECT_EQ(trace_, (Lines{"start 0 of 3", "timer 5"}));
}

TEST_F(NodeTest, ATimerOfTheSameNumberTakesThePlaceOfTheFirst) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({5}, 10ms, 10ms);
    if (event.starts_with("start")) effects.timer({6}, 10ms, 10ms);
    if (event.starts_with("line")) effects.timer({5}, 50ms, 50ms);
  };
  node_.start(now_);
  line("later");
  trace_.clear();
  now_ += 49ms;
  turn();
  EXPECT_EQ(trace_, Lines{"timer 6"});
  now_ += 1ms;
  turn();
  EXPECT_EQ(trace_, (Lines{"timer 6", "timer 5"}));
}

TEST_F(NodeTest, ATimerWithoutADelayDoesNotHoldUpTheLoop) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (!event.starts_with("line")) effects.timer({1}, 0ns, 0ns);
  };
  node_.start(now_);
  for (int i = 0; i < 3; ++i) {
    now_ += 1ms;
    turn();
  }
  EXPECT_EQ(trace_, (Lines{"start 0 of 3", "timer 1", "timer 1", "timer 1"}));
}

TEST_F(NodeTest, WhatATimerSendsLeavesInTheSameTurn) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "up 1") effects.timer({1}, 3ms, 3ms);
    if (event == "timer 1") effects.broadcast("tick");
  };
  start_with_peer();
  trace_.clear();
  now_ += 3ms;
  turn();
  EXPECT_EQ(trace_, (Lines{"timer 1", "sent 1 tick"}));
}

TEST_F(NodeTest, TimersFireHoweverManyLinesCome) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({1}, 3ms, 3ms);
  };
  node_.start(now_);
  for (int i = 0; i < 4; ++i, now_ += 1ms) line("busy");
  EXPECT_EQ(trace_.back(), "timer 1");
}

TEST_F(NodeTest, TheDeadlineIsTheEarlierOneOfLinksAndAgent) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("start")) effects.timer({1}, 10s, 10s);
    if (event.starts_with("line")) effects.timer({1}, 1ms, 1ms);
  };
  node_.start(now_);
  EXPECT_EQ(node_.deadline(), node_.links().deadline());
  line("soon");
  EXPECT_EQ(node_.deadline(), now_ + 1ms);
}

TEST_F(NodeTest, TakesNoLinesWhileAPeerOwesTooMuch) {
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event.starts_with("line")) effects.send(id(1), std::string(std::size_t{1} << 20, 'x'));
  };
  start_with_peer();
  for (int i = 0; i < 63; ++i) line("more");
  EXPECT_TRUE(node_.accepts_lines());
  line("more");
  EXPECT_FALSE(node_.accepts_lines());
}

}  // namespace
}  // namespace ovid::test
