// Both forms of a crash ("at once" and "when sent"), at every kind of event.

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "harness.hpp"

namespace ovid::test {
namespace {

class CrashTest : public NodeTest {
 protected:
  /// The agent crashes at this event. It asks for other effects before and after the crash.
  void crash_at(const std::string& at, agent::Crash how) {
    act_ = [at, how](const std::string& event, agent::Effects& effects) {
      if (!event.starts_with(at)) return;
      effects.append("value");
      effects.broadcast("before");
      effects.reply({7}, {base::Bytes::of("before\n")});
      effects.crash(how);
      effects.append("after");
      effects.broadcast("after");
      effects.reply({7}, {base::Bytes::of("after\n")});
      effects.timer({1}, 0ns, 0ns);
      effects.send(base::NodeId(id(0)), "after");
    };
  }
  /// Queues inputs of every kind, each more than once.
  void let_all_happen() {
    for (const char* text : {"one", "two"})
      lines_.push_back([text](node::Node& to) { to.take(node::Said{{7}, text}); });
    lines_.push_back([](node::Node& to) { to.take(node::Left{{7}}); });
    say(said_first_, {"r1", "r2"});
    said_first_ += 2;
  }
  /// Starts a new node with a peer. Then inputs of every kind arrive in one turn, and a timer is
  /// due.
  void crash_in_a_busy_turn(const std::string& at, agent::Crash how) {
    host(1);
    act_ = nullptr;
    said_first_ = 1;
    start_with_peer();
    act_ = [](const std::string&, agent::Effects& effects) { effects.timer({9}, 0ns, 0ns); };
    line("set");
    now_ += 1ms;
    crash_at(at, how);
    let_all_happen();
    trace_.clear();
    turn();
  }
  /// What happened from the first effect of the crashing step on; empty if that effect never
  /// happened.
  Lines since_the_crash() const {
    return {std::find(trace_.begin(), trace_.end(), "append 0 value"), trace_.end()};
  }
  std::uint64_t said_first_ = 1;
};

const char* const kEvents[] = {"message 1: r1", "line 7: one", "gone 7", "timer 9"};

TEST_F(CrashTest, AtOnceLosesTheTurnAndStepsNobody) {
  for (const std::string event : kEvents) {
    SCOPED_TRACE(event);
    crash_in_a_busy_turn(event, agent::Crash::AtOnce);
    turn();
    EXPECT_EQ(since_the_crash(), (Lines{"append 0 value", "killed"}));
  }
}

TEST_F(CrashTest, WhenSentLetsTheTurnLeaveAndEndsWithTheLastAcknowledgement) {
  for (const std::string event : kEvents) {
    SCOPED_TRACE(event);
    crash_in_a_busy_turn(event, agent::Crash::WhenSent);
    EXPECT_EQ(since_the_crash(),
              (Lines{"append 0 value", "sync", "sent 1 before", "said 7 before\n"}));
    trace_.clear();
    EXPECT_FALSE(node_->accepts_lines());
    let_all_happen();
    now_ += 1ms;
    turn();
    EXPECT_EQ(trace_, Lines{});
    say(said_first_, {}, 1);
    turn();
    EXPECT_EQ(trace_, Lines{"killed"});
    turn();
    EXPECT_EQ(trace_, Lines{"killed"});
  }
}

TEST_F(CrashTest, AtTheStartEndsBeforeAnythingElse) {
  crash_at("start", agent::Crash::AtOnce);
  node_->start(now_);
  turn();
  EXPECT_EQ(trace_, (Lines{"start 0 of 3, recovered 0", "append 0 value", "killed"}));
}

TEST_F(CrashTest, WhenAPeerComesUp) {
  for (const auto how : {agent::Crash::AtOnce, agent::Crash::WhenSent}) {
    act_ = nullptr;
    host(1);
    node_->start(now_);
    reports_.emplace_back(id(1), link::Report::Connected);
    turn();
    crash_at("up 1", how);
    frames_.push_back(
        greeting({.to_incarnation = said_.from_incarnation, .to_epoch = said_.from_epoch}));
    trace_.clear();
    turn();
    if (how == agent::Crash::AtOnce) {
      EXPECT_EQ(trace_, (Lines{"up 1", "append 0 value", "killed"}));
      continue;
    }
    EXPECT_EQ(trace_,
              (Lines{"up 1", "append 0 value", "sync", "sent 1 before", "said 7 before\n"}));
    say(1, {"unheard"}, 1);
    turn();
    EXPECT_EQ(trace_.back(), "killed");
  }
}

TEST_F(CrashTest, WhenAPeerGoesDown) {
  for (const auto how : {agent::Crash::AtOnce, agent::Crash::WhenSent}) {
    act_ = nullptr;
    host(1);
    start_with_peer();
    crash_at("down 1", how);
    reports_.emplace_back(id(1), link::Report::Refused);
    turn();
    EXPECT_EQ(trace_, how == agent::Crash::AtOnce
                          ? (Lines{"down 1: refused", "append 0 value", "killed"})
                          : (Lines{"down 1: refused", "append 0 value", "sync", "said 7 before\n",
                                   "killed"}));
  }
}

TEST_F(CrashTest, WhenSentWithoutPeersEndsWithItsTurn) {
  crash_at("start", agent::Crash::WhenSent);
  node_->start(now_);
  EXPECT_EQ(trace_, (Lines{"start 0 of 3, recovered 0", "append 0 value", "sync", "said 7 before\n",
                           "killed"}));
}

TEST_F(CrashTest, WhenSentWhatArrivesLaterIsAcknowledgedAndDeliveredToNobody) {
  start_with_peer();
  crash_at("line 7: go", agent::Crash::WhenSent);
  line("go");
  trace_.clear();
  say(1, {"unheard"});
  turn();
  now_ += 5ms;
  turn();
  EXPECT_EQ(said_.ack, 1u);
  EXPECT_EQ(trace_, Lines{});
}

TEST_F(CrashTest, WhenSentAPeerThatGoesDownIsNotWaitedFor) {
  start_with_peer();
  crash_at("line 7: go", agent::Crash::WhenSent);
  line("go");
  trace_.clear();
  for (int i = 0; i < 1000 && trace_.empty(); ++i, now_ += 1ms) turn();
  EXPECT_EQ(trace_, Lines{"killed"});
}

TEST_F(CrashTest, WhenSentAPeerThatAcknowledgesNothingIsWaitedForAsLongAsASilentOne) {
  start_with_peer();
  crash_at("line 7: go", agent::Crash::WhenSent);
  line("go");
  trace_.clear();
  const base::Time crashed = now_;
  for (int i = 0; i < 1000 && trace_.empty(); ++i) {
    now_ += 1ms;
    if (i % 100 == 0) say(1, {});
    turn();
  }
  EXPECT_EQ(trace_, Lines{"killed"});
  EXPECT_EQ(now_ - crashed, 600ms);
}

TEST_F(CrashTest, WhatTheAgentDoesAfterwardsIsWithoutEffectEvenIfItThrows) {
  for (const auto how : {agent::Crash::AtOnce, agent::Crash::WhenSent}) {
    host(1);
    said_first_ = 1;
    start_with_peer();
    act_ = [how](const std::string& event, agent::Effects& effects) {
      if (event != "line 7: go") return;
      effects.append("value");
      effects.crash(how);
      effects.timer({1}, 2ms, 1ms);
      throw std::runtime_error("too late");
    };
    line("go");
    EXPECT_EQ(trace_, how == agent::Crash::AtOnce
                          ? (Lines{"line 7: go", "append 0 value", "killed"})
                          : (Lines{"line 7: go", "append 0 value", "sync", "killed"}));
  }
}

TEST_F(CrashTest, WhenSentWaitsForClientsUntilNoneHasReadForTheSilenceLimit) {
  // A client reads 64 KiB every `reads_every`, until the time `until`. The node ends at the time
  // `end`.
  struct Client {
    base::Duration reads_every;
    base::Duration until;
    base::Duration end;
  };
  for (const Client& client : {Client{10ms, 100ms, 700ms}, Client{590ms, 2s, 2370ms},
                               Client{1h, 1h, 600ms}, Client{10ms, 1h, 1600ms}}) {
    act_ = nullptr;
    host(1);
    start_with_peer();
    crash_at("line 7: go", agent::Crash::WhenSent);
    reply_bytes_left_ = 160 << 16;
    line("go");
    say(1, {}, 1);
    trace_.clear();
    const base::Time began = now_;
    while (trace_.empty() && now_ < began + 10s) {
      now_ += 10ms;
      const base::Duration passed = now_ - began;
      if (passed <= client.until && passed % client.reads_every == 0ms && reply_bytes_left_ > 0)
        reply_bytes_left_ -= 1 << 16;
      turn();
    }
    EXPECT_EQ(trace_, Lines{"killed"});
    EXPECT_EQ(now_ - began, client.end);
  }
}

TEST_F(CrashTest, WhenSentALateTurnIsNotTheFaultOfItsClients) {
  start_with_peer();
  act_ = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: go") effects.crash(agent::Crash::WhenSent);
  };
  reply_bytes_left_ = 1;
  line("go");
  trace_.clear();
  now_ += 2s;
  turn();
  EXPECT_EQ(trace_, Lines{});
  reply_bytes_left_ = 0;
  turn();
  EXPECT_EQ(trace_, Lines{"killed"});
}

TEST_F(CrashTest, OfOneAgentIsTheEndOfAll) {
  host(2);
  start_with_peer();
  acts_[0] = [](const std::string& event, agent::Effects& effects) {
    if (event == "line 7: go") effects.crash(agent::Crash::AtOnce);
  };
  for (std::uint16_t agent = 0; agent < 2; ++agent)
    lines_.push_back([agent](node::Node& to) { to.take(node::Said{{7}, "go", {agent}}); });
  turn();
  EXPECT_EQ(trace_, (Lines{"0: line 7: go", "killed"}));
}

}  // namespace
}  // namespace ovid::test
