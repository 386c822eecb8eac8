// Long messages travel in pieces, as many at once as the path takes; what agents see, and what the
// ledger counts, are messages.

#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;

std::string text_of(std::size_t bytes, char begins) {
  std::string text(bytes, begins);
  for (std::size_t i = 1; i < bytes; ++i) text[i] = static_cast<char>('a' + i * 31 % 26);
  return text;
}

class Pieces : public ::testing::Test {
 protected:
  Pieces() : grid_(3) {
    grid_.start_all();
    grid_.run(10ms);
    for (int node = 0; node < 3; ++node) grid_[node].told.clear();
  }
  const link::Ledger ledger(int node, int peer) {
    EXPECT_TRUE(balances(grid_, node, peer));
    return grid_.links(node).state(id(peer)).ledger;
  }
  /// The messages with records that node 0 has sent to node 1 since `before`.
  std::vector<Message> sent_since(std::size_t before) {
    std::vector<Message> records;
    const auto& sent = grid_.asked(0, 1).sent;
    for (std::size_t i = before; i < sent.size(); ++i)
      if (sent[i].body.view().substr(4).starts_with("msg ")) records.push_back(sent[i]);
    return records;
  }
  std::size_t sent_so_far() { return grid_.asked(0, 1).sent.size(); }

  Grid grid_;
  const std::string long_ = text_of(1 << 20, 'L');
};

TEST_F(Pieces, ALongMessageArrivesOnceAndWholeBetweenItsNeighbours) {
  for (const std::string& text : {std::string("before"), long_, std::string("after")})
    grid_.links(0).broadcast(text);
  grid_.links(0).send(id(2), long_);
  grid_.run(100ms);
  EXPECT_EQ(grid_[1].heard_from(0), (Told{"before", long_, "after"}));
  EXPECT_EQ(grid_[2].heard_from(0), (Told{"before", long_, "after", long_}));
  EXPECT_EQ(ledger(0, 1), (link::Ledger{3, 3, 0, 0}));
  EXPECT_EQ(ledger(0, 2), (link::Ledger{4, 4, 0, 0}));
}

TEST_F(Pieces, EverySizeArrives) {
  Told texts;
  for (const std::size_t size :
       {wire::kPieceBytesMax - 1, wire::kPieceBytesMax, wire::kPieceBytesMax + 1,
        2 * wire::kPieceBytesMax, wire::kBodyBytesFull, wire::kContentsBytesMax})
    texts.push_back(text_of(size, 'S'));
  for (const std::string& text : texts) grid_.links(0).send(id(1), text);
  grid_.run(200ms);
  EXPECT_EQ(grid_[1].heard_from(0), texts);
}

TEST_F(Pieces, AreSentOneAtFirstAndMoreWhenThePathHasCarriedThem) {
  const std::size_t before = sent_so_far();
  grid_.links(0).send(id(1), long_);
  grid_.turn(0);
  ASSERT_EQ(sent_since(before).size(), 1u);
  EXPECT_LE(sent_since(before)[0].body.size(), wire::kRecordBytesMax);
  EXPECT_TRUE(sent_since(before)[0].envelope.asks);
  grid_.run(2s);
  const std::size_t later = sent_so_far();
  grid_.links(0).send(id(1), long_);
  grid_.run(20ms);
  EXPECT_GE(sent_since(later)[0].body.size(), 8 * wire::kRecordBytesMax);
  EXPECT_FALSE(sent_since(later)[0].envelope.asks);
}

TEST_F(Pieces, ThatAskAreAcknowledgedInTheSameTurn) {
  grid_.links(0).send(id(1), "short");
  grid_.turn(0);
  wire::Envelope asks = in_session(grid_, 0, 1, 2, 1);
  asks.asks = true;
  grid_.turn(1);
  const std::size_t before = grid_.asked(1, 0).sent.size();
  grid_.put(1, {asks, body_of(id(0), {"asks"})});
  grid_.turn(1);
  ASSERT_EQ(grid_.asked(1, 0).sent.size(), before + 1);
  EXPECT_EQ(grid_.asked(1, 0).sent.back().envelope.ack, 2u);
}

TEST_F(Pieces, GoOnWithAnotherConnection) {
  for (int i = 0; i < 20; ++i) {
    grid_.links(0).send(id(1), std::to_string(i) + long_);
    grid_.run(base::Duration(1ms) * (1 + i % 5));
    grid_.break_connection(0, 1, i % 2 == 0);
  }
  grid_.run(1s);
  const Told heard = grid_[1].heard_from(0);
  ASSERT_EQ(heard.size(), 20u);
  for (std::size_t i = 0; i < heard.size(); ++i)
    EXPECT_TRUE(heard[i] == std::to_string(i) + long_) << i;
  EXPECT_EQ(grid_[1].told.size(), 20u) << "the session has never ended";
  EXPECT_EQ(ledger(0, 1), (link::Ledger{20, 20, 0, 0}));
}

TEST_F(Pieces, OfAnEndedSessionAreForgotten) {
  grid_.links(0).send(id(1), long_);
  grid_.run(3ms);
  EXPECT_EQ(grid_[1].heard_from(0), Told{}) << "it has begun to arrive";
  EXPECT_EQ(ledger(0, 1), (link::Ledger{1, 0, 1, 0}));
  grid_.links(0).send(id(1), "waits");
  grid_.kill(0);
  grid_.start(0);
  grid_.run(100ms);
  ASSERT_TRUE(grid_.all_up());
  grid_.links(0).send(id(1), "of the next session");
  grid_.run(10ms);
  EXPECT_EQ(grid_[1].heard_from(0), Told{"of the next session"});
}

TEST_F(Pieces, OfASessionThatEndsAreOfUnknownFate) {
  grid_.links(0).send(id(1), long_);
  grid_.run(3ms);
  grid_.kill(1);
  grid_.run(100ms);
  EXPECT_EQ(ledger(0, 1), (link::Ledger{1, 0, 0, 1}));
}

TEST_F(Pieces, OfAMessageThatIsTooLongAreDroppedAndTheSessionLives) {
  constexpr std::uint64_t kPieces = wire::kContentsBytesMax / wire::kPieceBytesMax + 10;
  const std::string piece(wire::kPieceBytesMax, 'x');
  for (std::uint64_t number = 1; number <= kPieces; ++number) {
    wire::BodyWriter writer(id(0));
    writer.add({piece, number < kPieces});
    grid_.put(1, {in_session(grid_, 0, 1, number, 1), writer.take()});
  }
  grid_.put(1, {in_session(grid_, 0, 1, kPieces + 1, 1), body_of(id(0), {"next"})});
  EXPECT_EQ(grid_[1].heard_from(0), Told{"next"});
  EXPECT_EQ(grid_[1].happened.with("a message that is too long"), 1);
  EXPECT_TRUE(grid_.up(1, 0));
}

TEST_F(Pieces, AlsoCountAsASignOfLife) {
  constexpr std::uint64_t kPieces = 20;
  const std::string piece(wire::kPieceBytesMax, 'x');
  grid_.hang(0);
  for (std::uint64_t number = 1; number <= kPieces; ++number) {
    wire::BodyWriter writer(id(0));
    writer.add({piece, true});
    grid_.run(100ms);
    grid_.put(1, {in_session(grid_, 0, 1, number, 1), writer.take()});
    EXPECT_TRUE(grid_.up(1, 0));
  }
}

}  // namespace
}  // namespace ovid::test
