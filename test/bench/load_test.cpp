#include "ovid/bench/load.hpp"

#include <gtest/gtest.h>

namespace ovid::bench {
namespace {

TEST(Load, OneSenderSendsToAllOthers) {
  const Load load{.nodes = 3, .records = 12};
  EXPECT_EQ(load.sent_by(0), 12);
  EXPECT_EQ(load.received_by(0), 0);
  EXPECT_EQ(load.sent_by(2), 0);
  EXPECT_EQ(load.received_by(2), 12);
  EXPECT_EQ(load.deliveries(), 24);
}

TEST(Load, AllSendersShareTheRecords) {
  const Load load{.nodes = 3, .records = 12, .all_send = true};
  EXPECT_EQ(load.sent_by(2), 4);
  EXPECT_EQ(load.received_by(2), 8);
  EXPECT_EQ(load.deliveries(), 24);
}

}  // namespace
}  // namespace ovid::bench
