// The checker sees each broken promise: two real nodes come up, then it is told what a broken link
// layer would have done.

#include "ovid/sim/checker.hpp"

#include <memory>
#include <string>
#include <vector>

#include "small_world.hpp"
#include <gtest/gtest.h>

#include "ovid/agents/chatroom.hpp"

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

/// Two nodes; the checker is told of peers up and down, and of whatever a test tells it.
class TheChecker : public ::testing::Test, protected SmallWorld {
 protected:
  TheChecker() : SmallWorld(2) {
    for (const base::NodeId id : {kFirst, kSecond}) {
      add(config_of(id), make_chatroom).start();
      checker_.started(id, host(id).links().incarnation());
    }
    run(50ms);
    EXPECT_TRUE(checker_.up(kFirst, kSecond) && checker_.up(kSecond, kFirst));
  }

  void run(base::Duration time) { run_until(agenda_.now() + time); }
  Host& first() { return host(kFirst); }
  Host& second() { return host(kSecond); }
  void offer(const std::string& text) { checker_.offered(first(), {}, {agent::Everybody{}, text}); }
  void arrives(const std::string& text) { checker_.message(second(), {}, {kFirst, text}); }
  std::string violation() const { return checker_.violation().value_or("none"); }
  /// A new process of the first node.
  void restart_first() {
    first().kill();
    checker_.killed(kFirst);
    checker_.trouble(kFirst, base::kNever);
    run(50ms);
    first().start();
    checker_.started(kFirst, first().links().incarnation());
    run(50ms);
  }

  Checker checker_{2, checked(), Limits(checked(), Traits())};

 private:
  void event(Host& host, agent::AgentId, const agent::Event& event) override {
    if (const auto* up = std::get_if<agent::PeerUp>(&event))
      checker_.peer_up(host, agenda_.now(), up->peer);
    if (const auto* down = std::get_if<agent::PeerDown>(&event))
      checker_.peer_down(host, agenda_.now(), down->peer);
  }
};

TEST_F(TheChecker, IsContentWithWhatIsRight) {
  offer("a");
  offer("b");
  arrives("a");
  arrives("b");
  checker_.turned(second(), {});
  EXPECT_EQ(violation(), "none");
  EXPECT_EQ(checker_.delivered(), 2u);
}

TEST_F(TheChecker, SeesAGap) {
  offer("a");
  offer("b");
  arrives("b");
  EXPECT_EQ(violation(), "node 1: peer 0: record 1 of the session is another one than was offered");
}

TEST_F(TheChecker, SeesAnotherOrder) {
  for (const char* text : {"a", "b", "c"}) offer(text);
  for (const char* text : {"a", "c", "b"}) arrives(text);
  EXPECT_EQ(violation(), "node 1: peer 0: record 2 of the session is another one than was offered");
}

TEST_F(TheChecker, SeesADuplicate) {
  offer("a");
  arrives("a");
  arrives("a");
  EXPECT_EQ(violation(), "node 1: peer 0: a record more than the session was offered");
}

TEST_F(TheChecker, SeesWhatNobodySaid) {
  offer("a");
  arrives("z");
  EXPECT_EQ(violation(), "node 1: peer 0: record 1 of the session is another one than was offered");
}

TEST_F(TheChecker, SeesARecordOfAnEarlierSession) {
  offer("before");
  restart_first();
  arrives("before");
  EXPECT_EQ(violation(), "node 1: peer 0: a record more than the session was offered");
}

TEST_F(TheChecker, SeesARecordBeforeItsPeerIsUp) {
  offer("a");
  checker_.trouble(kFirst, base::kNever);
  checker_.peer_down(second(), agenda_.now(), kFirst);
  arrives("a");
  EXPECT_EQ(violation(), "node 1: peer 0: a record before it was up");
}

TEST_F(TheChecker, SeesAPeerUpOrDownTwice) {
  checker_.peer_up(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 up twice");
  Checker other(2, checked(), Limits(checked(), Traits()));
  other.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(other.violation(), "node 0: peer 1 down twice");
}

TEST_F(TheChecker, SeesAnIncarnationThatNeverWas) {
  Checker other(2, checked(), Limits(checked(), Traits()));
  other.peer_up(first(), agenda_.now(), kSecond);
  EXPECT_EQ(other.violation(), "node 0: peer 1 up with an incarnation that never was");
}

TEST_F(TheChecker, SeesAnIncarnationTwice) {
  checker_.started(kFirst, first().links().incarnation());
  EXPECT_EQ(violation(), "node 0: starts with an incarnation of before");
}

TEST_F(TheChecker, SeesAnEpochTwice) {
  checker_.trouble(kSecond, base::kNever);
  checker_.peer_down(first(), agenda_.now(), kSecond);
  checker_.peer_up(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 up with an epoch of an earlier session");
}

TEST_F(TheChecker, SeesALedgerThatDoesNotHoldWhatWasOffered) {
  first().line("broadcast unseen");
  run(1ms);
  checker_.turned(first(), {});
  EXPECT_EQ(violation(), "node 0: peer 1 was offered 0 records, its ledger says 1");
}

TEST_F(TheChecker, SeesAnAcknowledgementOfWhatHasNotArrived) {
  offer("a");
  first().line("broadcast a");
  run(500ms);
  ASSERT_EQ(first().links().ledger(kSecond).acknowledged, 1u);
  checker_.turned(first(), {});
  EXPECT_EQ(violation(), "node 0: of 1 records for peer 1, 0 arrived and 1 are acknowledged");
}

TEST_F(TheChecker, SeesAQueueOverItsBound) {
  const std::string text(4000, 'x');
  offer(text);
  first().line("broadcast " + text);
  run(25us);
  ASSERT_GT(first().links().unacked_bytes(kSecond), 4000u);
  checker_.turned(first(), {});
  EXPECT_TRUE(violation().ends_with(" unacknowledged bytes for peer 1")) << violation();
}

TEST_F(TheChecker, SeesADeadPeerShownAlive) {
  checker_.must_not_show(kFirst, kSecond, "it is gone");
  EXPECT_EQ(violation(), "node 0: still shows 1 alive: it is gone");
}

TEST_F(TheChecker, SeesADeadProcessShownAliveAndNoOther) {
  const base::Incarnation other{second().links().incarnation().value + 1};
  checker_.must_not_show(kFirst, kSecond, other, "another one is gone");
  EXPECT_EQ(violation(), "none");
  checker_.must_not_show(kFirst, kSecond, second().links().incarnation(), "it is gone");
  EXPECT_EQ(violation(), "node 0: still shows 1 alive: it is gone");
}

TEST_F(TheChecker, SeesAHealthyPeerSuspected) {
  checker_.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 down, and nothing had happened to it");
}

TEST_F(TheChecker, SeesOwnTroubleBlamedOnThePeer) {
  checker_.trouble(kFirst, base::kNever);
  checker_.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 down, and nothing had happened to it");
}

TEST_F(TheChecker, AllowsToFollowAPeerThatHasLeftForAReason) {
  checker_.trouble(kFirst, base::kNever);
  checker_.peer_down(second(), agenda_.now(), kFirst);
  checker_.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "none");
}

TEST_F(TheChecker, SeesThatTroubleIsLongOver) {
  checker_.trouble(kFirst, kSecond, agenda_.now() - 1ms);
  checker_.peer_down(first(), agenda_.now(), kSecond);
  EXPECT_EQ(violation(), "node 0: peer 1 down, and nothing had happened to it");
}

TEST_F(TheChecker, SeesThatSomebodyIsMissingInTheEnd) {
  checker_.trouble(kSecond, base::kNever);
  checker_.peer_down(first(), agenda_.now(), kSecond);
  checker_.must_have_converged(hosts_, network_, agenda_.now());
  EXPECT_EQ(violation(), "node 0: does not see 1 in the end");
}

TEST_F(TheChecker, AsksNothingInTheEndOfTwoWhoseSessionMayStillEndBecauseOfAFault) {
  checker_.trouble(kSecond, agenda_.now() + 1ms);
  checker_.peer_down(first(), agenda_.now(), kSecond);
  checker_.must_have_converged(hosts_, network_, agenda_.now());
  EXPECT_EQ(violation(), "none");
  run(2ms);
  checker_.must_have_converged(hosts_, network_, agenda_.now() + 2ms);
  EXPECT_EQ(violation(), "node 0: does not see 1 in the end");
}

TEST_F(TheChecker, SeesThatARecordIsMissingInTheEnd) {
  offer("a");
  first().line("broadcast a");
  run(25us);
  checker_.must_have_converged(hosts_, network_, agenda_.now());
  EXPECT_EQ(violation(), "node 1: has 0 of the 1 records of 0 in the end");
}

}  // namespace
}  // namespace ovid::sim
