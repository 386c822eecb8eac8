// Who is silent, who only seems so, and that time passes whatever arrives.

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "network.hpp"
#include <gtest/gtest.h>

#include "ovid/wire/hello.hpp"

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;
using link::State;

class Silence : public ::testing::Test {
 protected:
  Silence() : net_(3) {
    net_.start_all();
    net_.run(10ms);
    for (int node = 0; node < 3; ++node) net_[node].told.clear();
  }
  void stop_all(bool stopped) {
    for (int node = 0; node < 3; ++node) stopped ? net_.stop(node) : net_.go_on(node);
  }

  Network net_;
};

TEST_F(Silence, IdleNodesStayTogether) {
  net_.run(20s);
  for (int node = 0; node < 3; ++node) EXPECT_EQ(net_[node].told, Told{});
}

TEST_F(Silence, AnIdleLinkCostsOnePingAnIntervalAndNoMore) {
  const std::size_t before = net_.wire(0, 1).sent.size();
  net_.run(10s);
  const std::size_t pings = net_.wire(0, 1).sent.size() - before;
  EXPECT_GE(pings, 49u);
  EXPECT_LE(pings, 51u);
}

TEST_F(Silence, AStoppedPeerIsDownAfterTheLimitAndNotBefore) {
  net_.stop(1);
  net_.run(295ms);
  EXPECT_EQ(net_[0].told, Told{});
  net_.run(210ms);
  EXPECT_EQ(net_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(net_[2].told, Told{"down 1 silent"});
}

TEST_F(Silence, AStoppedPeerDoesNotFlapBackWhileItsKernelAcceptsAndItsOldFramesArrive) {
  net_.wire(1, 0).held = true;
  for (int i = 0; i < 300; ++i, net_.run(1ms)) net_.links(1).broadcast("old " + std::to_string(i));
  const std::deque<Message> old = net_.wire(1, 0).flight;
  ASSERT_GE(old.size(), 300u);
  net_.wire(1, 0).flight.clear();
  net_.stop(1);
  ASSERT_TRUE(net_.run_until([&] { return !net_[0].told.empty(); }, 600ms));
  ASSERT_EQ(net_[0].told, Told{"down 1 silent"});
  for (const Message& message : old) {
    net_.put(0, message);
    net_.run(10ms);
  }
  EXPECT_EQ(net_[0].told, Told{"down 1 silent"});
  net_.wire(1, 0).held = false;
  net_.go_on(1);
  EXPECT_TRUE(net_.run_until([&] { return net_.all_up(); }, 300ms));
  EXPECT_EQ(net_[0].told, (Told{"down 1 silent", "up 1"}));
  const Told& told = net_[1].told;
  EXPECT_EQ(std::set<std::string>(told.end() - 2, told.end()),
            (std::set<std::string>{"up 0", "up 2"}));
}

TEST_F(Silence, AStoppedPeerIsBackAtAllAfterItsContinuationHoweverLongItWasStopped) {
  for (const base::Duration stopped : {501ms, 700ms, 1003ms, 5000ms, 60000ms}) {
    net_.stop(1);
    net_.run(stopped);
    net_.go_on(1);
    net_.run(300ms);
    EXPECT_TRUE(net_.all_up()) << base::in_ms(stopped);
  }
  net_[0].told.clear();
  net_.run(3s);
  EXPECT_EQ(net_[0].told, Told{}) << "and stays";
}

TEST_F(Silence, AStopShorterThanTheLimitEndsNothing) {
  for (int i = 0; i < 10; ++i) {
    net_.stop(1);
    net_.run(350ms);
    net_.go_on(1);
    net_.run(50ms);
  }
  for (int node = 0; node < 3; ++node) EXPECT_EQ(net_[node].told, Told{}) << node;
}

TEST_F(Silence, TheOwnLatenessIsNotBlamedOnThePeers) {
  stop_all(true);
  net_.run(3s);
  net_.go_on(0);
  net_.run(200ms);
  EXPECT_EQ(net_[0].told, Told{});
  stop_all(false);
  net_.run(1s);
  for (int node = 0; node < 3; ++node) EXPECT_EQ(net_[node].told, Told{}) << node;
}

TEST_F(Silence, APeerThatStaysSilentAfterTheOwnLatenessIsDownAllTheSame) {
  stop_all(true);
  net_.run(3s);
  net_.go_on(0);
  net_.run(380ms);
  EXPECT_EQ(net_[0].told, Told{}) << "it was late itself: it waits somewhat longer, not more";
  net_.run(80ms);
  EXPECT_EQ(net_[0].told, (Told{"down 1 silent", "down 2 silent"}));
}

TEST_F(Silence, TimersFireEvenIfFramesArriveAllTheTime) {
  net_.stop(1);
  const std::size_t before = net_.wire(0, 2).sent.size();
  for (int i = 0; i < 505; ++i) {
    net_.links(2).broadcast("a");
    net_.run(1ms);
  }
  EXPECT_EQ(net_[0].told[0], "2: a");
  EXPECT_EQ(std::count(net_[0].told.begin(), net_[0].told.end(), "down 1 silent"), 1);
  EXPECT_GE(net_.wire(0, 2).sent.size() - before, 2u) << "pings";
}

TEST_F(Silence, RecordsAreWordsToo) {
  net_.wire(1, 0).held = true;  // no pings get through, the test lets records pass
  for (int i = 0; i < 10; ++i) {
    net_.put(0,
             {in_session(net_, 1, 0, static_cast<std::uint64_t>(i + 1), 1), body_of(id(1), {"a"})});
    net_.run(200ms);
  }
  EXPECT_EQ(net_[0].told, Told(10, "1: a"));
}

TEST_F(Silence, GreetingsOfAPeerThatIsNotInTheSessionAreNotWordsInIt) {
  net_.stop(1);
  const Message greeting{in_session(net_, 1, 0, 0, 1),
                         wire::hello_body(id(1), {net_.config_of(1).nodes, ""})};
  for (int i = 0; i < 6; ++i) {
    net_.put(0, greeting);
    net_.run(100ms);
  }
  EXPECT_EQ(net_[0].told, Told{"down 1 silent"});
}

TEST_F(Silence, RecordsWithoutANumberAreNotDelivered) {
  net_.put(0, {in_session(net_, 1, 0, 0, 2), body_of(id(1), {"a", "b"})});
  net_.run(10ms);
  EXPECT_EQ(net_[0].told, Told{});
}

TEST(Absent, PeersAreTriedAgainAtMostOncePerSecondInTheEnd) {
  Network net(20);
  net.start(0);
  net.run(5s);
  const base::Time from = net.now();
  net.run(20s);
  for (int peer = 1; peer < 20; ++peer) {
    const auto& dials = net.wire(0, peer).dials;
    const auto late =
        std::count_if(dials.begin(), dials.end(), [&](base::Time at) { return at > from; });
    EXPECT_GE(late, 18) << "somebody without a greeting is found all the same";
    EXPECT_LE(late, 41);
  }
}

TEST(Absent, PeersAreTriedTogether) {
  Network net(20);
  net.start(0);
  net.run(5s);
  for (int peer = 1; peer < 20; ++peer)
    EXPECT_EQ(net.wire(0, peer).dials.back().time_since_epoch() % 50ms, 0ms);
}

TEST(Absent, AnAttemptThatNobodyAnswersIsNotMadeFasterThanThePause) {
  Network net(2);
  net.start(0);
  net.run(60s);
  EXPECT_LE(net.wire(0, 1).dials.size(), 130u);
}

/// The instants within an interval at which the first nodes of a grid of n, one at least of each
/// group, ping node 0, and node 0 another.
std::set<base::Duration> instants_of_pings(int n) {
  constexpr int kStarted = 8;
  Network net(n);
  for (int node = 0; node < kStarted; ++node) net.start(node);
  net.run(20ms);
  const auto words = [&] {
    std::size_t count = net.wire(0, 1).sent.size();
    for (int node = 1; node < kStarted; ++node) count += net.wire(node, 0).sent.size();
    return count;
  };
  std::set<base::Duration> instants;
  for (int i = 0; i < 200; ++i) {
    const std::size_t before = words();
    const base::Time now = net.now();
    net.run(1ms);
    if (words() > before) instants.insert(now.time_since_epoch() % 200ms);
  }
  return instants;
}

TEST(Pings, AreSentAtTheSameInstantsByAllAndByUpToFourGroupsInALargeGrid) {
  EXPECT_EQ(instants_of_pings(16).size(), 1u);
  EXPECT_EQ(instants_of_pings(17).size(), 2u);
  EXPECT_EQ(instants_of_pings(64).size(), 4u);
  EXPECT_EQ(instants_of_pings(80).size(), 4u);
}

TEST(Mute, AConnectionOnWhichThePeerNeverAnswersIsMadeAnew) {
  Network net(2);
  net.start(1);
  net.stop(1);
  net.start(0);
  net.run(1s);
  EXPECT_EQ(net.wire(0, 1).dials.size(), 1u);
  net.run(2ms);
  EXPECT_EQ(net.wire(0, 1).dials.size(), 2u);
}

TEST(Mute, AConnectionThatWasMadeAnewInVainIsGivenTwiceTheTimeUpToEightTimes) {
  Network net(2);
  net.start(1);
  net.stop(1);
  net.start(0);
  for (const base::Duration pause : {1s, 2s, 4s, 8s, 8s}) {
    const std::size_t before = net.wire(0, 1).dials.size();
    net.run(pause - 10ms);
    EXPECT_LE(net.wire(0, 1).dials.size(), before + 1);  // the one that was due already
    net.run(20ms);
  }
  EXPECT_EQ(net.wire(0, 1).dials.size(), 6u);
  net.go_on(1);
  ASSERT_TRUE(net.run_until([&] { return net.all_up(); }, 10ms));
  net.run(1s);
  net.stop(1);
  ASSERT_TRUE(net.run_until([&] { return !net.up(0, 1); }, 1s));
  const std::size_t before = net.wire(0, 1).dials.size();
  net.run(1100ms);
  EXPECT_EQ(net.wire(0, 1).dials.size(), before + 1) << "a session has shown that words arrive";
}

TEST(Mute, AConnectionOnWhichThePeerHearsNothingIsMadeAnewThoughThePeerGreets) {
  Network net(2);
  net.start(1);
  net.stop(1);  // its kernel takes our words, the test says its own
  net.start(0);
  net.run(2ms);
  const std::size_t before = net.wire(0, 1).dials.size();
  for (int i = 0; i < 15; ++i, net.run(100ms)) net.put(0, greeting({}));
  EXPECT_GT(net.wire(0, 1).dials.size(), before);
}

TEST(Mute, AConnectionOnWhichThePeerHearsNothingIsMadeAnewAfterThePeerHasLeftForIt) {
  Network net(2);
  net.start_all();
  net.run(10ms);
  net.wire(0, 1).held = true;
  const std::size_t before = net.wire(0, 1).dials.size();
  ASSERT_TRUE(net.run_until([&] { return !net.up(0, 1); }, 1s));
  net.run(1100ms);
  EXPECT_GT(net.wire(0, 1).dials.size(), before) << "node 1 greets all the time";
}

TEST(Mute, AConnectedPeerThatDoesNotAnswerIsGreetedAgainAfterEverLongerPauses) {
  Network net(2, [](link::Config& config) { config.mute = 60s; });
  net.start(1);
  net.stop(1);
  net.start(0);
  net.run(2ms);
  for (const base::Duration pause : {100ms, 200ms, 400ms, 800ms, 800ms}) {
    const std::size_t before = net.wire(0, 1).sent.size();
    net.run(pause - 2ms);
    EXPECT_EQ(net.wire(0, 1).sent.size(), before);
    net.run(2ms);
    EXPECT_EQ(net.wire(0, 1).sent.size(), before + 1);
  }
}

}  // namespace
}  // namespace ovid::test
