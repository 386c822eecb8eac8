// A peer that is slow: first the sender is told to wait, and in the end the session with the peer
// ends. The other peers lose nothing.

#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;

constexpr std::size_t kBound = 100000;
constexpr std::size_t kInFlightMax = 4;

class Congestion : public ::testing::Test {
 protected:
  Congestion()
      : grid_(
            3,
            [](link::Config& config) {
              config.unacked_bytes_max = kBound;
              config.silence = 60s;
              config.mute = 60s;
            },
            kInFlightMax) {
    grid_.start_all();
    grid_.run(10ms);
    for (int node = 0; node < 3; ++node) grid_[node].told.clear();
    grid_.hang(1);
  }
  link::LinkManager& source() { return grid_.links(0); }
  void offer_a_kilobyte() {
    source().broadcast(std::string(1000, 'x'));
    ++offered_;
    grid_.run(1ms);
  }

  Grid grid_;
  std::size_t offered_ = 0;
};

TEST_F(Congestion, BeginsAtTheBoundAndNotBefore) {
  while (source().state(id(1)).unacked_bytes + 2000 < kBound) {
    offer_a_kilobyte();
    ASSERT_FALSE(source().congested()) << source().state(id(1)).unacked_bytes;
  }
  while (source().state(id(1)).unacked_bytes < kBound) offer_a_kilobyte();
  EXPECT_TRUE(source().congested());
  EXPECT_LE(offered_, 100u);
}

TEST_F(Congestion, BeginsAtTheBoundWithinALongMessage) {
  for (std::size_t bytes = 60'000; bytes < 140'000; bytes += 500) {
    Grid grid(2, [](link::Config& config) { config.unacked_bytes_max = kBound; });
    grid.start_all();
    grid.run(10ms);
    link::LinkManager& links = grid.links(0);
    links.broadcast(std::string(bytes, 'x'));
    EXPECT_EQ(links.congested(), links.state(id(1)).unacked_bytes >= kBound) << bytes;
  }
}

TEST_F(Congestion, EndsWithTheAcknowledgementsAndNothingIsLost) {
  while (!source().congested()) offer_a_kilobyte();
  grid_.run(1s);
  EXPECT_TRUE(source().congested());
  grid_.go_on(1);
  EXPECT_TRUE(grid_.run_until([&] { return !source().congested(); }, 400ms));
  grid_.run(400ms);
  EXPECT_EQ(source().state(id(1)).unacked_bytes, 0u);
  EXPECT_EQ(grid_[1].told.size(), offered_);
  EXPECT_EQ(grid_[2].told.size(), offered_);
}

TEST_F(Congestion, EndsWithThePeersDeath) {
  while (!source().congested()) offer_a_kilobyte();
  grid_.run(140ms);  // now node 2 has acknowledged everything
  ASSERT_TRUE(source().congested());
  grid_.kill(1);
  grid_.run(5ms);
  EXPECT_FALSE(source().congested());
  EXPECT_EQ(grid_[0].told, Told{"down 1 refused"});
}

TEST_F(Congestion, OfOnePeerLastsUntilTheLastOfThemHasCaughtUp) {
  grid_.hang(2);
  while (!source().congested()) offer_a_kilobyte();
  grid_.go_on(2);
  grid_.run(400ms);
  EXPECT_EQ(source().state(id(2)).unacked_bytes, 0u);
  EXPECT_TRUE(source().congested());
}

TEST_F(Congestion, AtTwiceTheBoundTheSessionEndsAndTheOthersLoseNothing) {
  while (grid_[0].told.empty() && offered_ < 300) offer_a_kilobyte();
  EXPECT_EQ(grid_[0].told, Told{"down 1 queue full"});
  EXPECT_GE(offered_, 180u);
  EXPECT_LE(offered_, 201u);
  EXPECT_FALSE(source().congested());
  EXPECT_EQ(source().state(id(1)).unacked_bytes, 0u);
  EXPECT_EQ(source().state(id(1)).ledger.fate_unknown, offered_);
  EXPECT_TRUE(balances(grid_, 0, 1));
  grid_.run(5ms);
  EXPECT_EQ(grid_[2].told.size(), offered_);
}

TEST_F(Congestion, AfterAFullQueueThePeerComesBackAndGetsOnlyWhatIsNew) {
  while (grid_[0].told.empty() && offered_ < 300) offer_a_kilobyte();
  grid_.go_on(1);
  ASSERT_TRUE(grid_.run_until([&] { return grid_.all_up(); }, 1s));
  const std::size_t before = grid_[1].heard_from(0).size();
  EXPECT_LE(before, 5u) << "what the connection had taken";
  source().broadcast("new");
  grid_.run(5ms);
  EXPECT_EQ(grid_[1].told.back(), "0: new");
  EXPECT_EQ(grid_[1].heard_from(0).size(), before + 1);
}

TEST_F(Congestion, SmallRecordsCountWithTheirBookkeeping) {
  for (std::size_t i = 0; i < kBound / 20 && !source().congested(); ++i) {
    source().send(id(1), "");
    source().send(id(2), "");  // makes every record a batch of its own
  }
  grid_.run(1ms);
  EXPECT_TRUE(source().congested()) << source().state(id(1)).unacked_bytes;
}

}  // namespace
}  // namespace ovid::test
