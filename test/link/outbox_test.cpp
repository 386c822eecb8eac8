#include "ovid/link/outbox.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ovid::link {
namespace {

Batch batch_of(std::uint32_t count) {
  return {base::Bytes::of(std::string(100 * count, 'x')), count};
}

/// Three batches with the records 1-2, 3-5 and 6; `sent` of them handed over.
Outbox three_batches(int sent) {
  Outbox outbox;
  for (const std::uint32_t count : {2u, 3u, 1u}) outbox.push(batch_of(count));
  for (int i = 0; i < sent; ++i) outbox.sent();
  return outbox;
}

std::vector<std::uint64_t> unsent_of(Outbox& outbox) {
  std::vector<std::uint64_t> firsts;
  while (const Outbox::Entry* entry = outbox.unsent()) {
    firsts.push_back(entry->first);
    outbox.sent();
  }
  return firsts;
}

TEST(Outbox, NumbersRecordsFromOneWithoutAGap) {
  Outbox outbox = three_batches(0);
  EXPECT_EQ(unsent_of(outbox), (std::vector<std::uint64_t>{1, 3, 6}));
  EXPECT_EQ(outbox.next(), 7u);
  EXPECT_EQ(outbox.ledger().offered, 6u);
}

TEST(Outbox, TheNextNumberIsTheFirstThatIsNotSent) {
  EXPECT_EQ(Outbox().next(), 1u);
  EXPECT_EQ(three_batches(0).next(), 1u);
  EXPECT_EQ(three_batches(1).next(), 3u);
  EXPECT_EQ(three_batches(3).next(), 7u);
}

TEST(Outbox, ANewConnectionGetsAllThatIsNotAcknowledgedAgain) {
  Outbox outbox = three_batches(2);
  ASSERT_TRUE(outbox.acknowledge(2));
  outbox.rewind();
  EXPECT_EQ(unsent_of(outbox), (std::vector<std::uint64_t>{3, 6}));
}

TEST(Outbox, ABatchLeavesOnlyWhenItIsAcknowledgedAsAWhole) {
  Outbox outbox = three_batches(3);
  const std::size_t all = outbox.bytes();
  ASSERT_TRUE(outbox.acknowledge(1));
  EXPECT_EQ(outbox.bytes(), all);
  EXPECT_EQ(outbox.ledger().acknowledged, 1u);
  ASSERT_TRUE(outbox.acknowledge(2));
  EXPECT_LT(outbox.bytes(), all);
  ASSERT_TRUE(outbox.acknowledge(6));
  EXPECT_EQ(outbox.bytes(), 0u);
}

TEST(Outbox, TheNextToSendStaysTheSameWhenOlderOnesLeave) {
  Outbox outbox = three_batches(2);
  ASSERT_TRUE(outbox.acknowledge(2));
  ASSERT_NE(outbox.unsent(), nullptr);
  EXPECT_EQ(outbox.unsent()->first, 6u);
}

TEST(Outbox, WhatWasNeverSentCannotBeAcknowledged) {
  Outbox outbox = three_batches(1);
  EXPECT_FALSE(outbox.acknowledge(3));
  EXPECT_FALSE(outbox.acknowledge(~std::uint64_t{0}));
  EXPECT_EQ(outbox.ledger().acknowledged, 0u);
  EXPECT_TRUE(outbox.acknowledge(2));
}

TEST(Outbox, WhatAnOlderConnectionHasDeliveredCanBeAcknowledgedAfterANewOne) {
  Outbox outbox = three_batches(3);
  outbox.rewind();
  EXPECT_TRUE(outbox.acknowledge(5));
  EXPECT_EQ(unsent_of(outbox), (std::vector<std::uint64_t>{6}));
}

TEST(Outbox, AnOldAcknowledgementTakesNothingBack) {
  Outbox outbox = three_batches(3);
  ASSERT_TRUE(outbox.acknowledge(5));
  ASSERT_TRUE(outbox.acknowledge(2));
  EXPECT_EQ(outbox.ledger().acknowledged, 5u);
}

TEST(Outbox, EvenEmptyRecordsCost) {
  Outbox outbox;
  outbox.push({base::Bytes(), 1});
  EXPECT_GT(outbox.bytes(), 0u);
}

TEST(OutboxDeathTest, SayingThatNothingWasSentIsABug) {
  Outbox outbox;
  EXPECT_DEATH(outbox.sent(), "sent what was not there");
}

}  // namespace
}  // namespace ovid::link
