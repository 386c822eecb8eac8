// The time limits of a grid's links, as a function of how many nodes share a machine.

#include "ovid/link/config.hpp"

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

constexpr base::NodeId kSelf{2};

TEST(TheWaitsOfAGrid, AreTheDefaultsInASmallOne) {
  const Config config = Config::for_grid(kSelf, 10, 10);
  EXPECT_EQ(config.self, kSelf);
  EXPECT_EQ(config.nodes, 10);
  const Config defaults;
  EXPECT_EQ(config.silence, defaults.silence);
  EXPECT_EQ(config.ping, defaults.ping);
  EXPECT_EQ(config.hello, defaults.hello);
  EXPECT_EQ(config.mute, defaults.mute);
  EXPECT_EQ(config.connect_max, defaults.connect_max);
  EXPECT_EQ(config.handshake_max, defaults.handshake_max);
}

TEST(TheWaitsOfAGrid, GrowWithTheNodesOfOneMachine) {
  const Config config = Config::for_grid(kSelf, 1000, 1000);
  EXPECT_EQ(config.nodes, 1000);
  EXPECT_EQ(config.silence, 9s);
  EXPECT_EQ(config.ping, 4500ms);
  EXPECT_EQ(config.hello, 10s);
  EXPECT_EQ(config.mute, 20s);
  EXPECT_EQ(config.connect_max, 20s);
  EXPECT_EQ(config.handshake_max, 40s);
}

TEST(TheWaitsOfAGrid, AreThoseOfTheNodesHereWhereOthersRunElsewhere) {
  const Config spread = Config::for_grid(kSelf, 1000, 100);
  const Config alone = Config::for_grid(kSelf, 100, 100);
  EXPECT_EQ(spread.nodes, 1000);
  EXPECT_EQ(spread.silence, 900ms);
  EXPECT_EQ(spread.silence, alone.silence);
  EXPECT_EQ(spread.ping, alone.ping);
  EXPECT_EQ(spread.hello, alone.hello);
  EXPECT_EQ(spread.mute, alone.mute);
  EXPECT_EQ(spread.connect_max, alone.connect_max);
  EXPECT_EQ(spread.handshake_max, alone.handshake_max);
  EXPECT_EQ(Config::for_grid(kSelf, 1000, 1).silence, Config().silence);
}

}  // namespace
}  // namespace ovid::link
