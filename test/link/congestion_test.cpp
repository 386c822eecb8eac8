// A slow peer: the source is told to wait, and is cut off in the end; the others lose nothing.

#include <string>
#include <vector>

#include "network.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;

constexpr std::size_t kBound = 100000;

class Congestion : public ::testing::Test {
 protected:
  Congestion()
      : net_(3, [](link::Config& config) {
          config.unacked_bytes_max = kBound;
          config.silence = 60s;
          config.mute = 60s;
        }) {
    net_.start_all();
    net_.run(10ms);
    for (int node = 0; node < 3; ++node) net_[node].told.clear();
    net_.wire(0, 1).room = 4;
    net_.wire(0, 1).held = true;  // node 1 does not read
  }
  link::LinkManager& source() { return net_.links(0); }
  void offer_a_kilobyte() {
    source().broadcast(std::string(1000, 'x'));
    ++offered_;
    net_.run(1ms);
  }

  Network net_;
  std::size_t offered_ = 0;
};

TEST_F(Congestion, BeginsAtTheBoundAndNotBefore) {
  while (source().unacked_bytes(id(1)) + 2000 < kBound) {
    offer_a_kilobyte();
    ASSERT_FALSE(source().congested()) << source().unacked_bytes(id(1));
  }
  while (source().unacked_bytes(id(1)) < kBound) offer_a_kilobyte();
  EXPECT_TRUE(source().congested());
  EXPECT_LE(offered_, 100u);
}

TEST_F(Congestion, EndsWithTheAcknowledgementsAndNothingIsLost) {
  while (!source().congested()) offer_a_kilobyte();
  net_.run(1s);
  EXPECT_TRUE(source().congested());
  net_.wire(0, 1).held = false;
  EXPECT_TRUE(net_.run_until([&] { return !source().congested(); }, 400ms));
  net_.run(400ms);
  EXPECT_EQ(source().unacked_bytes(id(1)), 0u);
  EXPECT_EQ(net_[1].told.size(), offered_);
  EXPECT_EQ(net_[2].told.size(), offered_);
}

TEST_F(Congestion, EndsWithThePeersDeath) {
  while (!source().congested()) offer_a_kilobyte();
  net_.run(140ms);  // node 2 has acknowledged
  ASSERT_TRUE(source().congested());
  net_.kill(1);
  net_.run(5ms);
  EXPECT_FALSE(source().congested());
  EXPECT_EQ(net_[0].told, Told{"down 1 refused"});
}

TEST_F(Congestion, OfOnePeerLastsUntilTheLastOfThemHasCaughtUp) {
  net_.wire(0, 2).held = true;
  while (!source().congested()) offer_a_kilobyte();
  net_.wire(0, 2).held = false;
  net_.run(400ms);
  EXPECT_EQ(source().unacked_bytes(id(2)), 0u);
  EXPECT_TRUE(source().congested());
}

TEST_F(Congestion, AtTwiceTheBoundTheSessionEndsAndTheOthersLoseNothing) {
  while (net_[0].told.empty() && offered_ < 300) offer_a_kilobyte();
  EXPECT_EQ(net_[0].told, Told{"down 1 queue full"});
  EXPECT_GE(offered_, 180u);
  EXPECT_LE(offered_, 201u);
  EXPECT_FALSE(source().congested());
  EXPECT_EQ(source().unacked_bytes(id(1)), 0u);
  EXPECT_EQ(source().ledger(id(1)).fate_unknown, offered_);
  EXPECT_TRUE(balances(net_, 0, 1));
  net_.run(5ms);
  EXPECT_EQ(net_[2].told.size(), offered_);
}

TEST_F(Congestion, AfterAFullQueueThePeerComesBackAndGetsOnlyWhatIsNew) {
  while (net_[0].told.empty() && offered_ < 300) offer_a_kilobyte();
  net_.wire(0, 1).held = false;
  net_.wire(0, 1).room = 1000;
  ASSERT_TRUE(net_.run_until([&] { return net_.all_up(); }, 1s));
  const std::size_t before = net_[1].heard_from(0).size();
  EXPECT_LE(before, 5u) << "what the connection had taken";
  source().broadcast("new");
  net_.run(5ms);
  EXPECT_EQ(net_[1].told.back(), "0: new");
  EXPECT_EQ(net_[1].heard_from(0).size(), before + 1);
}

TEST_F(Congestion, SmallRecordsCountWithTheirBookkeeping) {
  for (std::size_t i = 0; i < kBound / 20 && !source().congested(); ++i) {
    source().send(id(1), "");
    source().send(id(2), "");  // so that every record is a batch of its own
  }
  net_.run(1ms);
  EXPECT_TRUE(source().congested()) << source().unacked_bytes(id(1));
}

}  // namespace
}  // namespace ovid::test
