#include "ovid/link/outbox.hpp"

#include <algorithm>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ovid/wire/body.hpp"

namespace ovid::link {
namespace {

constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();
const std::string kPiece(wire::kPieceBytesMax, 'p');

Batch batch_of(const wire::Records& records) {
  wire::BodyWriter writer({7});
  for (const wire::Record& record : records) writer.add(record);
  const std::uint32_t count = writer.count();
  const std::uint32_t messages = writer.messages();
  return {writer.take(), count, messages};
}

Batch batch_of(std::uint32_t count) {
  return batch_of(wire::Records(count, {"some text", false}));
}

/// How many bytes such a record has in a body.
std::size_t bytes_of(const wire::Record& record) {
  return batch_of(wire::Records{record}).body.size();
}

/// Three batches, with the records 1-2, 3-5 and 6. The first `sent` batches have been sent.
Outbox three_batches(int sent) {
  Outbox outbox;
  for (const std::uint32_t count : {2u, 3u, 1u}) outbox.push(batch_of(count));
  for (int i = 0; i < sent; ++i) outbox.sent(outbox.unsent(kWhole));
  return outbox;
}

/// Sends everything, in slices of at most so many bytes. Returns their first numbers.
std::vector<std::uint64_t> unsent_of(Outbox& outbox, std::size_t bytes_max = kWhole) {
  std::vector<std::uint64_t> firsts;
  while (outbox.has_unsent()) {
    const Outbox::Slice slice = outbox.unsent(bytes_max);
    firsts.push_back(slice.first);
    outbox.sent(slice);
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
  EXPECT_EQ(outbox.in_flight(), 0u);
  EXPECT_EQ(unsent_of(outbox), (std::vector<std::uint64_t>{3, 6}));
}

TEST(Outbox, ANewConnectionGoesOnWithinABatch) {
  Outbox outbox = three_batches(2);
  ASSERT_TRUE(outbox.acknowledge(4));
  outbox.rewind();
  EXPECT_EQ(outbox.next(), 5u);
  EXPECT_EQ(outbox.unsent(kWhole).body, batch_of(1).body);
  EXPECT_EQ(unsent_of(outbox), (std::vector<std::uint64_t>{5, 6}));
}

TEST(Outbox, CutsABatchBetweenRecordsWhereThePathAsksForIt) {
  Outbox outbox = three_batches(0);
  const std::size_t bytes = bytes_of({"some text"});
  EXPECT_EQ(outbox.unsent(2 * bytes).body, batch_of(2).body);
  EXPECT_EQ(outbox.unsent(2 * bytes - 1).body, batch_of(1).body);
  EXPECT_EQ(unsent_of(outbox, 2 * bytes), (std::vector<std::uint64_t>{1, 3, 5, 6}));
  EXPECT_EQ(outbox.in_flight(), 6 * bytes);
  outbox.rewind();
  EXPECT_EQ(unsent_of(outbox, 0), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}))
      << "one record can always be sent";
}

TEST(Outbox, CountsMessagesAndNotTheirPieces) {
  Outbox outbox;
  outbox.push(batch_of(wire::Records{{"a"}, {kPiece, true}}));
  outbox.push(batch_of(wire::Records{{kPiece, true}, {"end"}, {"b"}}));
  EXPECT_EQ(outbox.ledger(), (Ledger{3, 0, 3, 0}));
  EXPECT_EQ(outbox.offered(), 5u);
  EXPECT_EQ(outbox.unsent(kWhole).messages, 1u);
  EXPECT_EQ(unsent_of(outbox, wire::kRecordBytesMax), (std::vector<std::uint64_t>{1, 2, 3, 4}));
  for (const auto& [number, messages] :
       {std::pair(1u, 1u), {2u, 1u}, {3u, 1u}, {4u, 2u}, {5u, 3u}}) {
    ASSERT_TRUE(outbox.acknowledge(number));
    EXPECT_EQ(outbox.ledger(), (Ledger{3, messages, 3 - messages, 0})) << number;
  }
  EXPECT_EQ(outbox.bytes(), 0u);
  EXPECT_EQ(outbox.in_flight(), 0u);
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
  ASSERT_TRUE(outbox.has_unsent());
  EXPECT_EQ(outbox.unsent(kWhole).first, 6u);
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
  outbox.push(batch_of(wire::Records{{""}}));
  EXPECT_GT(outbox.bytes(), 0u);
}

struct Step {
  enum class Kind { Push, Send, Rewind, Acknowledge } kind;
  // Push: which records. Send: how many bytes. Acknowledge: the last record that arrived, modulo
  // two more than exist.
  std::uint32_t number;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* kNames[] = {"push", "send", "rewind", "acknowledge"};
  return out << kNames[static_cast<int>(step.kind)] << ' ' << step.number;
}

rc::Gen<std::vector<Step>> steps() {
  using Kind = Step::Kind;
  const auto kind = rc::gen::weightedElement<Kind>(
      {{4, Kind::Push}, {4, Kind::Send}, {1, Kind::Rewind}, {2, Kind::Acknowledge}});
  return rc::gen::container<std::vector<Step>>(
      rc::gen::construct<Step>(kind, rc::gen::inRange(1u, 10000u)));
}

/// The simplest implementation of an outbox: it keeps every record for ever.
struct Plain {
  struct Kept {
    wire::Record record;
    std::size_t batch;
  };
  std::vector<Kept> records;
  std::vector<std::size_t> costs;  // of the batches
  std::size_t sent = 0;    // records before this index need not be sent over this connection
  std::size_t resent = 0;  // where this connection began
  std::size_t ever_sent = 0;
  std::size_t acknowledged = 0;

  std::uint64_t messages(std::size_t count) const {
    return static_cast<std::uint64_t>(
        std::count_if(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count),
                      [](const Kept& each) { return !each.record.goes_on; }));
  }
  bool acknowledge(std::size_t number) {
    if (number > ever_sent) return false;
    acknowledged = std::max(acknowledged, number);
    sent = std::max(sent, acknowledged);
    return true;
  }
  void rewind() { sent = resent = acknowledged; }
  std::size_t in_flight() const {
    std::size_t sum = 0;
    for (std::size_t i = std::max(resent, acknowledged); i < sent; ++i)
      sum += bytes_of(records[i].record);
    return sum;
  }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < records.size(); ++i)
      if (i + 1 == records.size() || records[i + 1].batch != records[i].batch)
        sum += i < acknowledged ? 0 : costs[records[i].batch];
    return sum;
  }
  /// The records of the next slice.
  wire::Records unsent(std::size_t bytes_max) const {
    wire::Records slice;
    std::size_t bytes = 0;
    for (std::size_t i = sent; i < records.size(); ++i) {
      bytes += bytes_of(records[i].record);
      if (records[i].batch != records[sent].batch || (!slice.empty() && bytes > bytes_max)) break;
      slice.push_back(records[i].record);
    }
    return slice;
  }
};

/// One to four records; every second one is a piece, or the end of a long message.
void push(Outbox& outbox, Plain& expected, std::uint32_t which) {
  static const std::string kText(100, 't');
  wire::Records batch;
  for (std::uint32_t i = 0; i <= which / 8 % 4; ++i) {
    const bool piece = (which >> i) % 2 != 0;
    batch.push_back(
        {piece ? std::string_view(kPiece) : std::string_view(kText).substr(0, which % 101), piece});
    expected.records.push_back({batch.back(), expected.costs.size()});
  }
  const std::size_t before = outbox.bytes();
  outbox.push(batch_of(batch));
  expected.costs.push_back(outbox.bytes() - before);
}

void compare(const Outbox& outbox, const Plain& expected) {
  RC_ASSERT(outbox.has_unsent() == (expected.sent < expected.records.size()));
  RC_ASSERT(outbox.next() == expected.sent + 1);
  RC_ASSERT(outbox.offered() == expected.records.size());
  RC_ASSERT(outbox.in_flight() == expected.in_flight());
  RC_ASSERT(outbox.bytes() == expected.bytes());
  RC_ASSERT(outbox.acknowledged() == expected.acknowledged);
  const std::uint64_t offered = expected.messages(expected.records.size());
  const std::uint64_t acknowledged = expected.messages(expected.acknowledged);
  RC_ASSERT(outbox.ledger() == (Ledger{offered, acknowledged, offered - acknowledged, 0}));
}

void send(Outbox& outbox, Plain& expected, std::size_t bytes_max) {
  if (expected.sent == expected.records.size()) return;
  const wire::Records records = expected.unsent(bytes_max);
  const Outbox::Slice slice = outbox.unsent(bytes_max);
  RC_ASSERT(slice.body == batch_of(records).body);
  RC_ASSERT(slice.first == expected.sent + 1);
  RC_ASSERT(slice.count == records.size());
  expected.sent += records.size();
  expected.ever_sent = std::max(expected.ever_sent, expected.sent);
  RC_ASSERT(slice.messages == expected.messages(expected.sent));
  outbox.sent(slice);
}

RC_GTEST_PROP(Outbox, BehavesLikeAListThatForgetsNothing, ()) {
  Outbox outbox;
  Plain expected;
  for (const Step& step : *steps()) {
    switch (step.kind) {
      case Step::Kind::Push:
        push(outbox, expected, step.number);
        break;
      case Step::Kind::Send:
        send(outbox, expected, step.number);
        break;
      case Step::Kind::Rewind:
        outbox.rewind();
        expected.rewind();
        break;
      case Step::Kind::Acknowledge: {
        const std::size_t number = step.number % (expected.records.size() + 2);
        RC_ASSERT(outbox.acknowledge(number) == expected.acknowledge(number));
        break;
      }
    }
    compare(outbox, expected);
  }
}

TEST(OutboxDeathTest, AskingForWhatIsNotThereIsABug) {
  Outbox outbox;
  EXPECT_DEATH(static_cast<void>(outbox.unsent(kWhole)), "only if records are unsent");
}

}  // namespace
}  // namespace ovid::link
