// Which peers are found silent, and which are not. Time passes no matter how many messages arrive.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

#include "ovid/wire/hello.hpp"

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;

class Silence : public ::testing::Test {
 protected:
  Silence() : grid_(3) {
    grid_.start_all();
    grid_.run(10ms);
    for (int node = 0; node < 3; ++node) grid_[node].told.clear();
  }
  void stop_all(bool stopped) {
    for (int node = 0; node < 3; ++node) stopped ? grid_.stop(node) : grid_.go_on(node);
  }

  Grid grid_;
};

TEST_F(Silence, IdleNodesStayTogether) {
  grid_.run(20s);
  for (int node = 0; node < 3; ++node) EXPECT_EQ(grid_[node].told, Told{});
}

TEST_F(Silence, AnIdleLinkCostsOnePingAnIntervalAndNoMore) {
  const std::size_t before = grid_.asked(0, 1).sent.size();
  grid_.run(10s);
  const std::size_t pings = grid_.asked(0, 1).sent.size() - before;
  EXPECT_GE(pings, 49u);
  EXPECT_LE(pings, 51u);
}

TEST_F(Silence, AStoppedPeerIsDownAfterTheLimitAndNotBefore) {
  grid_.stop(1);
  grid_.run(295ms);
  EXPECT_EQ(grid_[0].told, Told{});
  grid_.run(210ms);
  EXPECT_EQ(grid_[0].told, Told{"down 1 silent"});
  EXPECT_EQ(grid_[2].told, Told{"down 1 silent"});
}

TEST_F(Silence, AStoppedPeerDoesNotFlapBackWhileItsKernelAcceptsAndItsOldFramesArrive) {
  std::vector<Message> old;
  for (int i = 0; i < 100; ++i) {
    grid_.links(1).broadcast("old " + std::to_string(i));
    grid_.run(1ms);
    for (Message& message : grid_.intercept(1, 0)) old.push_back(std::move(message));
  }
  ASSERT_GE(old.size(), 100u);
  grid_.stop(1);
  ASSERT_TRUE(grid_.run_until([&] { return !grid_[0].told.empty(); }, 600ms));
  ASSERT_EQ(grid_[0].told, Told{"down 1 silent"});
  for (const Message& message : old) {
    grid_.put(0, message);
    grid_.run(10ms);
  }
  EXPECT_EQ(grid_[0].told, Told{"down 1 silent"});
  grid_.go_on(1);
  EXPECT_TRUE(grid_.run_until([&] { return grid_.all_up(); }, 300ms));
  EXPECT_EQ(grid_[0].told, (Told{"down 1 silent", "up 1"}));
  const Told& told = grid_[1].told;
  EXPECT_EQ(std::set<std::string>(told.end() - 2, told.end()),
            (std::set<std::string>{"up 0", "up 2"}));
}

TEST_F(Silence, AStoppedPeerIsBackAtAllAfterItsContinuationHoweverLongItWasStopped) {
  for (const base::Duration stopped : {501ms, 700ms, 1003ms, 5000ms, 60000ms}) {
    grid_.stop(1);
    grid_.run(stopped);
    grid_.go_on(1);
    grid_.run(300ms);
    EXPECT_TRUE(grid_.all_up()) << base::in_ms(stopped);
  }
  grid_[0].told.clear();
  grid_.run(3s);
  EXPECT_EQ(grid_[0].told, Told{}) << "and stays";
}

TEST_F(Silence, AStopShorterThanTheLimitEndsNothing) {
  for (int i = 0; i < 10; ++i) {
    grid_.stop(1);
    grid_.run(350ms);
    grid_.go_on(1);
    grid_.run(50ms);
  }
  for (int node = 0; node < 3; ++node) EXPECT_EQ(grid_[node].told, Told{}) << node;
}

TEST_F(Silence, TheOwnLatenessIsNotBlamedOnThePeers) {
  stop_all(true);
  grid_.run(3s);
  grid_.go_on(0);
  grid_.run(200ms);
  EXPECT_EQ(grid_[0].told, Told{});
  stop_all(false);
  grid_.run(1s);
  for (int node = 0; node < 3; ++node) EXPECT_EQ(grid_[node].told, Told{}) << node;
}

TEST_F(Silence, APeerThatStaysSilentAfterTheOwnLatenessIsDownAllTheSame) {
  stop_all(true);
  grid_.run(3s);
  grid_.go_on(0);
  grid_.run(380ms);
  EXPECT_EQ(grid_[0].told, Told{}) << "it was late itself: it waits somewhat longer, not more";
  grid_.run(80ms);
  EXPECT_EQ(grid_[0].told, (Told{"down 1 silent", "down 2 silent"}));
}

TEST_F(Silence, TimersFireEvenIfFramesArriveAllTheTime) {
  grid_.stop(1);
  const std::size_t before = grid_.asked(0, 2).sent.size();
  for (int i = 0; i < 505; ++i) {
    grid_.links(2).broadcast("a");
    grid_.run(1ms);
  }
  EXPECT_EQ(grid_[0].told[0], "2: a");
  EXPECT_EQ(std::count(grid_[0].told.begin(), grid_[0].told.end(), "down 1 silent"), 1);
  EXPECT_GE(grid_.asked(0, 2).sent.size() - before, 2u) << "pings";
}

TEST_F(Silence, RecordsCountToo) {
  // Pings of node 1 do not arrive, but records do: the test puts them on the port.
  grid_.block(1, 0);
  for (int i = 0; i < 10; ++i) {
    grid_.put(
        0, {in_session(grid_, 1, 0, static_cast<std::uint64_t>(i + 1), 1), body_of(id(1), {"a"})});
    grid_.run(200ms);
  }
  EXPECT_EQ(grid_[0].told, Told(10, "1: a"));
}

TEST_F(Silence, GreetingsOfAPeerThatIsNotInTheSessionDoNotCount) {
  grid_.stop(1);
  const Message greeting{in_session(grid_, 1, 0, 0, 1),
                         wire::hello_body(id(1), {grid_.config_of(1).nodes, ""})};
  for (int i = 0; i < 6; ++i) {
    grid_.put(0, greeting);
    grid_.run(100ms);
  }
  EXPECT_EQ(grid_[0].told, Told{"down 1 silent"});
}

TEST_F(Silence, RecordsWithoutANumberAreNotDelivered) {
  grid_.put(0, {in_session(grid_, 1, 0, 0, 2), body_of(id(1), {"a", "b"})});
  grid_.run(10ms);
  EXPECT_EQ(grid_[0].told, Told{});
}

TEST(Absent, PeersAreTriedAgainAtMostOncePerSecondInTheEnd) {
  Grid grid(20);
  grid.start(0);
  grid.run(5s);
  const base::Time from = grid.now();
  grid.run(20s);
  for (int peer = 1; peer < 20; ++peer) {
    const auto& dials = grid.asked(0, peer).dials;
    const auto late =
        std::count_if(dials.begin(), dials.end(), [&](base::Time at) { return at > from; });
    EXPECT_GE(late, 18) << "somebody without a greeting is found all the same";
    EXPECT_LE(late, 41);
  }
}

TEST(Absent, PeersAreTriedTogether) {
  Grid grid(20);
  grid.start(0);
  grid.run(5s);
  for (int peer = 1; peer < 20; ++peer)
    EXPECT_EQ(grid.asked(0, peer).dials.back().time_since_epoch() % 50ms, 0ms);
}

TEST(Absent, AnAttemptThatNobodyAnswersIsNotMadeFasterThanThePause) {
  Grid grid(2);
  grid.start(0);
  grid.run(60s);
  EXPECT_LE(grid.asked(0, 1).dials.size(), 130u);
}

/// The times within an interval at which some nodes of a grid of n ping node 0, and node 0 pings
/// node 1. The nodes that run are the first eight: at least one of each group.
std::set<base::Duration> instants_of_pings(int n) {
  constexpr int kStarted = 8;
  Grid grid(n);
  for (int node = 0; node < kStarted; ++node) grid.start(node);
  grid.run(20ms);
  const auto words = [&] {
    std::size_t count = grid.asked(0, 1).sent.size();
    for (int node = 1; node < kStarted; ++node) count += grid.asked(node, 0).sent.size();
    return count;
  };
  std::set<base::Duration> instants;
  for (int i = 0; i < 200; ++i) {
    const std::size_t before = words();
    const base::Time now = grid.now();
    grid.run(1ms);
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
  Grid grid(2);
  grid.start(1);
  grid.hang(1);
  grid.start(0);
  grid.run(1s);
  EXPECT_EQ(grid.asked(0, 1).dials.size(), 1u);
  grid.run(2ms);
  EXPECT_EQ(grid.asked(0, 1).dials.size(), 2u);
}

TEST(Mute, AConnectionThatWasMadeAnewInVainIsGivenTwiceTheTimeUpToEightTimes) {
  Grid grid(2);
  grid.start(1);
  grid.hang(1);
  grid.start(0);
  for (const base::Duration pause : {1s, 2s, 4s, 8s, 8s}) {
    const std::size_t before = grid.asked(0, 1).dials.size();
    grid.run(pause - 10ms);
    EXPECT_LE(grid.asked(0, 1).dials.size(), before + 1);  // the attempt that was already due
    grid.run(20ms);
  }
  EXPECT_EQ(grid.asked(0, 1).dials.size(), 6u);
  grid.go_on(1);
  ASSERT_TRUE(grid.run_until([&] { return grid.all_up(); }, 10ms));
  grid.run(1s);
  grid.hang(1);
  ASSERT_TRUE(grid.run_until([&] { return !grid.up(0, 1); }, 1s));
  const std::size_t before = grid.asked(0, 1).dials.size();
  grid.run(1100ms);
  EXPECT_EQ(grid.asked(0, 1).dials.size(), before + 1) << "a session has shown that words arrive";
}

TEST(Mute, AConnectionOnWhichThePeerHearsNothingIsMadeAnewThoughThePeerGreets) {
  Grid grid(2);
  grid.start(1);
  grid.hang(1);  // its port accepts messages, and the test sends messages in its name
  grid.start(0);
  grid.run(2ms);
  const std::size_t before = grid.asked(0, 1).dials.size();
  for (int i = 0; i < 15; ++i, grid.run(100ms)) grid.put(0, greeting({}));
  EXPECT_GT(grid.asked(0, 1).dials.size(), before);
}

TEST(Mute, AConnectionOnWhichThePeerHearsNothingIsMadeAnewAfterThePeerHasLeftForIt) {
  Grid grid(2);
  grid.start_all();
  grid.run(10ms);
  grid.block(0, 1);
  const std::size_t before = grid.asked(0, 1).dials.size();
  ASSERT_TRUE(grid.run_until([&] { return !grid.up(0, 1); }, 1s));
  grid.run(1100ms);
  EXPECT_GT(grid.asked(0, 1).dials.size(), before) << "node 1 greets all the time";
}

TEST(Mute, AConnectedPeerThatDoesNotAnswerIsGreetedAgainAfterEverLongerPauses) {
  Grid grid(2, [](link::Config& config) { config.mute = 60s; });
  grid.start(1);
  grid.hang(1);
  grid.start(0);
  grid.run(2ms);
  for (const base::Duration pause : {100ms, 200ms, 400ms, 800ms, 800ms}) {
    const std::size_t before = grid.asked(0, 1).sent.size();
    grid.run(pause - 2ms);
    EXPECT_EQ(grid.asked(0, 1).sent.size(), before);
    grid.run(2ms);
    EXPECT_EQ(grid.asked(0, 1).sent.size(), before + 1);
  }
}

}  // namespace
}  // namespace ovid::test
