// Bytes that no correct peer sends are dropped and counted; some of them are logged. They have no
// other effect.

#include <string>
#include <vector>

#include "grid.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

using Told = std::vector<std::string>;

class Hostile : public ::testing::Test {
 protected:
  Hostile() : grid_(3) {
    grid_.start_all();
    grid_.run(10ms);
    for (int node = 0; node < 3; ++node) grid_[node].told.clear();
    session_ = grid_.links(0).state(id(1)).session;
    right_ = in_session(grid_, 1, 0, 1, 1);
  }
  ~Hostile() override {
    grid_.run(1s);
    for (int node = 0; node < 3; ++node) EXPECT_EQ(grid_[node].told, Told{}) << node;
    EXPECT_EQ(grid_.links(0).state(id(1)).session, session_);
  }
  long dropped() { return grid_[0].happened.with("dropped "); }

  Grid grid_;
  std::optional<link::SessionName> session_;
  wire::Envelope right_;
};

TEST_F(Hostile, BytesThatAreNoEnvelopeAreDropped) {
  SeededRandom random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random.next() % 130, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    grid_.put_bytes(0, bytes, "whatever");
  }
  grid_.put_bytes(0, "", "");
  EXPECT_EQ(grid_[0].happened.with("envelope is not 72 bytes long"), 4);
}

TEST_F(Hostile, ATrueEnvelopeWithAFlippedBitIsDropped) {
  const wire::EnvelopeBytes bytes = wire::encode(right_);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    wire::EnvelopeBytes changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    grid_.put_bytes(0, {changed.data(), changed.size()}, body_of(id(1), {"no"}).view());
  }
}

TEST_F(Hostile, LogLinesAreBoundedTheFirstTheTenthTheHundredth) {
  for (int i = 0; i < 5000; ++i) grid_.put_bytes(0, "garbage", "");
  EXPECT_EQ(dropped(), 4);
  EXPECT_EQ(grid_[0].happened.with("dropped 1: envelope is not 72 bytes long"), 1);
  EXPECT_EQ(grid_[0].happened.with("dropped 10:"), 1);
  EXPECT_EQ(grid_[0].happened.with("dropped 100:"), 1);
  EXPECT_EQ(grid_[0].happened.with("dropped 1000:"), 1);
}

TEST_F(Hostile, AMalformedBodyIsDroppedAsAWholeAndCounted) {
  grid_.put(0, {right_, base::Bytes()});
  EXPECT_EQ(dropped(), 1);
  grid_.put(0, {right_, body_of(id(2), {"in another's name"})});
  grid_.put(0, {right_, body_of(id(1), {"one", "too many"})});
  grid_.put(0, {right_, base::Bytes::of("\xff\xff\xff\xffmsg 1 a")});
  wire::Envelope two = right_;
  two.count = 2;
  const std::string good(body_of(id(1), {"good"}).view());
  const std::string bad(body_of(id(2), {"bad"}).view());
  for (int i = 0; i < 6; ++i) grid_.put(0, {two, base::Bytes::of(good + bad)});
  EXPECT_EQ(dropped(), 2) << "the first and the tenth";
}

TEST_F(Hostile, FromNobodyOfThisGridOrForAnotherNodeIsDropped) {
  for (const int from : {0, 3, 999, 65535}) {
    wire::Envelope e = right_;
    e.from = id(from);
    grid_.put(0, {e, body_of(e.from, {"no"})});
  }
  for (const int to : {1, 2, 3, 65535}) {
    wire::Envelope e = right_;
    e.to = id(to);
    grid_.put(0, {e, body_of(id(1), {"no"})});
  }
  EXPECT_EQ(grid_[0].happened.with("a message from outside this grid"), 1);
}

TEST_F(Hostile, AnAcknowledgementOfWhatWasNeverSentIsDroppedWithItsRecords) {
  wire::Envelope e = right_;
  e.ack = 1;
  grid_.put(0, {e, body_of(id(1), {"no"})});
  e.ack = ~std::uint64_t{0};
  grid_.put(0, {e, body_of(id(1), {"no"})});
  EXPECT_EQ(grid_[0].happened.with("an acknowledgement of records that were never sent"), 1);
  EXPECT_TRUE(balances(grid_, 0, 1));
}

TEST_F(Hostile, AGreetingWithoutAnEpochOrIncarnationIsDropped) {
  grid_.put(0, greeting({.from_epoch = {}}));
  EXPECT_EQ(grid_[0].happened.with("a greeting without an epoch"), 1);
  const std::size_t before = grid_.asked(0, 1).sent.size();
  grid_.put(0, greeting({.from_incarnation = {}}));
  EXPECT_EQ(grid_.asked(0, 1).sent.size(), before) << "not answered";
}

TEST_F(Hostile, AFloodOfStrangersDoesNotFillTheLog) {
  for (std::uint64_t i = 1; i < 3000; ++i) {
    grid_.put(0, greeting({.from_epoch = {i}, .to_epoch = {i}}));
    grid_.put(0, greeting({.from_epoch = {i}}));
    wire::Envelope e = right_;
    e.from = id(77);
    grid_.put(0, {e, base::Bytes()});
  }
  EXPECT_LE(grid_[0].happened.with(""), 20);
}

}  // namespace
}  // namespace ovid::test
