// The checkers find every broken promise of the links. Two real nodes begin sessions; then the test
// tells the checkers what a broken link layer would have done.

#include "ovid/sim/checkers.hpp"

#include <memory>
#include <string>
#include <vector>

#include "small_world.hpp"
#include <gtest/gtest.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/sim/convergence_checker.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr base::NodeId kFirst{0};
constexpr base::NodeId kSecond{1};

link::Config config_of(base::NodeId self) {
  return {.self = self, .nodes = 2, .unacked_bytes_max = std::size_t{64} << 20};
}

link::Config checked() {
  link::Config config;
  config.unacked_bytes_max = 1;
  config.unstoppable_bytes = 1 << 10;
  return config;
}

std::vector<node::Hosted> make_chatroom(base::NodeId) {
  return node::alone("chatroom", std::make_unique<agents::Chatroom>());
}

/// Two nodes. The checkers are told when a peer goes up or down, and what the test reports.
class TheCheckers : public ::testing::Test, protected SmallWorld {
 protected:
  TheCheckers() : SmallWorld(2) {
    for (const base::NodeId id : {kFirst, kSecond}) {
      add(config_of(id), make_chatroom).start();
      checkers_.sessions.started(id, host(id).incarnation());
    }
    run(50ms);
    EXPECT_TRUE(checkers_.sessions.up(kFirst, kSecond) && checkers_.sessions.up(kSecond, kFirst));
  }

  void run(base::Duration time) { run_until(agenda_.now() + time); }
  Host& first() { return host(kFirst); }
  Host& second() { return host(kSecond); }
  void offer(const std::string& text) {
    checkers_.sessions.offered(first(), {}, {agent::Everybody{}, text});
  }
  void arrives(const std::string& text) {
    checkers_.sessions.message(second(), {}, {kFirst, text});
  }
  void converge(base::Time now) { ConvergenceChecker(network_, checkers_).check(hosts_, now); }
  std::string violation() const { return checkers_.findings.first().value_or("none"); }
  /// Replaces the process of the first node by a new one.
  void restart_first() {
    first().kill();
    checkers_.ended(kFirst);
    checkers_.troubles.add(kFirst, base::kNever);
    run(50ms);
    first().start();
    checkers_.sessions.started(kFirst, first().incarnation());
    run(50ms);
  }

  const Limits limits_{checked(), Traits()};
  Checkers checkers_{2, checked(), limits_};

 private:
  void event(Host& host, agent::AgentId, const agent::Event& event) override {
    if (const auto* up = std::get_if<agent::PeerUp>(&event))
      checkers_.sessions.peer_up(host, up->peer);
    if (const auto* down = std::get_if<agent::PeerDown>(&event))
      checkers_.sessions.peer_down(host, agenda_.now(), down->peer);
  }
};

TEST_F(TheCheckers, IsContentWithWhatIsRight) {
  offer("a");
  offer("b");
  arrives("a");
  arrives("b");
  checkers_.ledgers.turned(second());
  EXPECT_EQ(violation(), "none");
  EXPECT_EQ(checkers_.sessions.delivered(), 2u);
}

TEST_F(TheCheckers, SeesAGap) {
  offer("a");
  offer("b");
  arrives("b");
  EXPECT_EQ(violation(), "node 1: peer 0: record 1 of the session is another one than was offered");
}

TEST_F(TheCheckers, SeesAnotherOrder) {
  for (const char* text : {"a", "b", "c"}) offer(text);
  for (const char* text : {"a", "c", "b"}) arrives(text);
  EXPECT_EQ(violation(), "node 1: peer 0: record 2 of the session is another one than was offered");
}

TEST_F(TheCheckers, SeesADuplicate) {
  offer("a");
  arrives("a");
  arrives("a");
  EXPECT_EQ(violation(), "node 1: peer 0: a record more than the session was offered");
}

TEST_F(TheCheckers, SeesARecordThatWasNotSent) {
  offer("a");
  arrives("z");
  EXPECT_EQ(violation(), "node 1: peer 0: record 1 of the session is another one than was offered");
}

TEST_F(TheCheckers, SeesARecordOfAnEarlierSession) {
  offer("before");
  restart_first();
  arrives("before");
  EXPECT_EQ(violation(), "node 1: peer 0: a record more than the session was offered");
}

TEST_F(TheCheckers, SeesARecordBeforeItsPeerIsUp) {
  offer("a");
  checkers_.troubles.add(kFirst, base::kNever);
  checkers_.sessions.peer_down(second(), agenda_.now(), kFirst);
  arrives("a");
  EXPECT_EQ(violation(), "node 1: peer 0: a record before it was up");
}

TEST_F(TheCheckers, SeesAPeerUpOrDownTwice) {
  checkers_.sessions.peer_up(first(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 up twice");
  Checkers other(2, checked(), limits_);
  other.sessions.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(other.findings.first(), "node 0: peer 1 down twice");
}

TEST_F(TheCheckers, SeesAnIncarnationThatNeverWas) {
  Checkers other(2, checked(), limits_);
  other.sessions.peer_up(first(), kSecond);
  EXPECT_EQ(other.findings.first(), "node 0: peer 1 up with an incarnation that never was");
}

TEST_F(TheCheckers, SeesAnIncarnationTwice) {
  checkers_.sessions.started(kFirst, first().incarnation());
  EXPECT_EQ(violation(), "node 0: starts with an incarnation of before");
}

TEST_F(TheCheckers, SeesAnEpochTwice) {
  checkers_.troubles.add(kSecond, base::kNever);
  checkers_.sessions.peer_down(first(), agenda_.now(), kSecond);
  checkers_.sessions.peer_up(first(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 up with an epoch of an earlier session");
}

TEST_F(TheCheckers, SeesALedgerThatDoesNotHoldWhatWasOffered) {
  first().line("broadcast unseen");
  run(1ms);
  checkers_.ledgers.turned(first());
  EXPECT_EQ(violation(), "node 0: peer 1 was offered 0 records, its ledger says 1");
}

TEST_F(TheCheckers, SeesAnAcknowledgementOfWhatHasNotArrived) {
  offer("a");
  first().line("broadcast a");
  run(500ms);
  ASSERT_EQ(first().peer(kSecond).ledger.acknowledged, 1u);
  checkers_.ledgers.turned(first());
  EXPECT_EQ(violation(), "node 0: of 1 records for peer 1, 0 arrived and 1 are acknowledged");
}

TEST_F(TheCheckers, SeesAQueueOverItsBound) {
  const std::string text(4000, 'x');
  offer(text);
  first().line("broadcast " + text);
  run(25us);
  ASSERT_GT(first().peer(kSecond).unacked_bytes, 4000u);
  checkers_.ledgers.turned(first());
  EXPECT_TRUE(violation().ends_with(" unacknowledged bytes for peer 1")) << violation();
}

TEST_F(TheCheckers, SeesADeadPeerShownAlive) {
  checkers_.sessions.must_not_show(kFirst, kSecond, "it is gone");
  EXPECT_EQ(violation(), "node 0: still shows 1 alive: it is gone");
}

TEST_F(TheCheckers, SeesADeadProcessShownAliveAndNoOther) {
  const base::Incarnation other{second().incarnation().value + 1};
  checkers_.sessions.must_not_show(kFirst, kSecond, other, "another one is gone");
  EXPECT_EQ(violation(), "none");
  checkers_.sessions.must_not_show(kFirst, kSecond, second().incarnation(), "it is gone");
  EXPECT_EQ(violation(), "node 0: still shows 1 alive: it is gone");
}

TEST_F(TheCheckers, SeesAHealthyPeerSuspected) {
  checkers_.sessions.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 down, and nothing had happened to it");
}

TEST_F(TheCheckers, SeesOwnTroubleBlamedOnThePeer) {
  checkers_.troubles.add(kFirst, base::kNever);
  checkers_.sessions.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 down, and nothing had happened to it");
}

TEST_F(TheCheckers, AllowsToFollowAPeerThatHasLeftForAReason) {
  checkers_.troubles.add(kFirst, base::kNever);
  checkers_.sessions.peer_down(second(), agenda_.now(), kFirst);
  checkers_.sessions.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "none");
}

TEST_F(TheCheckers, SeesThatTroubleIsLongOver) {
  checkers_.troubles.add(kFirst, kSecond, agenda_.now() - 1ms);
  checkers_.sessions.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 down, and nothing had happened to it");
}

TEST_F(TheCheckers, SeesThatARunningPeerIsNotUpAtTheEndOfTheRun) {
  checkers_.troubles.add(kSecond, base::kNever);
  checkers_.sessions.peer_down(first(), agenda_.now(), kSecond);
  converge(agenda_.now());
  EXPECT_EQ(violation(), "node 0: does not see 1 in the end");
}

TEST_F(TheCheckers, AllowsAMissingSessionAtTheEndOfTheRunWhileAFaultMayStillBeTheCause) {
  checkers_.troubles.add(kSecond, agenda_.now() + 1ms);
  checkers_.sessions.peer_down(first(), agenda_.now(), kSecond);
  converge(agenda_.now());
  EXPECT_EQ(violation(), "none");
  run(2ms);
  converge(agenda_.now() + 2ms);
  EXPECT_EQ(violation(), "node 0: does not see 1 in the end");
}

TEST_F(TheCheckers, SeesThatARecordIsMissingAtTheEndOfTheRun) {
  offer("a");
  first().line("broadcast a");
  run(25us);
  converge(agenda_.now());
  EXPECT_EQ(violation(), "node 1: has 0 of the 1 records of 0 in the end");
}

}  // namespace
}  // namespace ovid::sim
