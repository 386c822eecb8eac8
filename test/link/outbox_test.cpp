#include "ovid/link/outbox.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ovid::link {
namespace {

Batch batch_of(std::uint32_t count) {
  return {base::Bytes::of(std::string(100 * count, 'x')), count};
}

/// Three batches, with the records 1-2, 3-5 and 6. The first `sent` batches have been sent.
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

struct Step {
  enum class Kind { Push, Sent, Rewind, Acknowledge } kind;
  // Push: how many records. Acknowledge: the last record that arrived, modulo two more than exist.
  std::uint32_t number;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* kNames[] = {"push", "sent", "rewind", "acknowledge"};
  return out << kNames[static_cast<int>(step.kind)] << ' ' << step.number;
}

rc::Gen<std::vector<Step>> steps() {
  using Kind = Step::Kind;
  const auto kind = rc::gen::weightedElement<Kind>(
      {{4, Kind::Push}, {4, Kind::Sent}, {1, Kind::Rewind}, {2, Kind::Acknowledge}});
  return rc::gen::container<std::vector<Step>>(
      rc::gen::construct<Step>(kind, rc::gen::inRange(1u, 1000u)));
}

/// The simplest implementation of an outbox: it keeps everything for ever.
struct Plain {
  struct Offered {
    std::uint64_t first, last;
    std::size_t cost;
  };
  std::vector<Offered> batches;
  std::size_t sent = 0;  // batches before this index need not be sent over this connection
  std::uint64_t ever_sent = 0;
  std::uint64_t acknowledged = 0;

  std::uint64_t offered() const { return batches.empty() ? 0 : batches.back().last; }
  std::size_t arrived() const {
    return static_cast<std::size_t>(
        std::count_if(batches.begin(), batches.end(),
                      [this](const Offered& each) { return each.last <= acknowledged; }));
  }
  bool acknowledge(std::uint64_t number) {
    if (number > ever_sent) return false;
    acknowledged = std::max(acknowledged, number);
    sent = std::max(sent, arrived());
    return true;
  }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (std::size_t i = arrived(); i < batches.size(); ++i) sum += batches[i].cost;
    return sum;
  }
};

void push(Outbox& outbox, Plain& expected, std::uint32_t count) {
  const std::uint64_t first = expected.offered() + 1;
  const std::size_t before = outbox.bytes();
  outbox.push({base::Bytes::of(std::to_string(first)), count});
  expected.batches.push_back({first, first + count - 1, outbox.bytes() - before});
}

void compare(const Outbox& outbox, const Plain& expected) {
  RC_ASSERT((outbox.unsent() == nullptr) == (expected.sent == expected.batches.size()));
  if (const Outbox::Entry* entry = outbox.unsent()) {
    RC_ASSERT(entry->first == expected.batches[expected.sent].first);
    RC_ASSERT(entry->batch.body.view() == std::to_string(entry->first));
  }
  RC_ASSERT(outbox.next() == (outbox.unsent() ? outbox.unsent()->first : expected.offered() + 1));
  RC_ASSERT(outbox.bytes() == expected.bytes());
  RC_ASSERT(outbox.acknowledged() == expected.acknowledged);
  RC_ASSERT(outbox.ledger().offered == expected.offered());
  RC_ASSERT(outbox.ledger().unacknowledged == expected.offered() - expected.acknowledged);
}

RC_GTEST_PROP(Outbox, BehavesLikeAListThatForgetsNothing, ()) {
  Outbox outbox;
  Plain expected;
  for (const Step& step : *steps()) {
    switch (step.kind) {
      case Step::Kind::Push:
        push(outbox, expected, step.number % 4 + 1);
        break;
      case Step::Kind::Sent:
        if (expected.sent == expected.batches.size()) continue;
        outbox.sent();
        expected.ever_sent = std::max(expected.ever_sent, expected.batches[expected.sent++].last);
        break;
      case Step::Kind::Rewind:
        outbox.rewind();
        expected.sent = expected.arrived();
        break;
      case Step::Kind::Acknowledge: {
        const std::uint64_t number = step.number % (expected.offered() + 2);
        RC_ASSERT(outbox.acknowledge(number) == expected.acknowledge(number));
        break;
      }
    }
    compare(outbox, expected);
  }
}

TEST(OutboxDeathTest, SayingThatNothingWasSentIsABug) {
  Outbox outbox;
  EXPECT_DEATH(outbox.sent(), "only if a batch is unsent");
}

}  // namespace
}  // namespace ovid::link
