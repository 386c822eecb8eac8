// Which messages a held path keeps back, and which it lets pass.

#include "ovid/sim/hold.hpp"

#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "ovid/wire/body.hpp"

namespace ovid::sim {
namespace {

constexpr base::NodeId kSender{0};

wire::EnvelopeBytes head(std::uint64_t first, std::uint32_t count, std::uint64_t session = 7) {
  wire::Envelope e;
  e.from = kSender;
  e.to = {1};
  e.from_incarnation = {1};
  e.to_incarnation = {2};
  e.from_epoch = {session};
  e.to_epoch = {8};
  e.first = first;
  e.count = static_cast<std::uint16_t>(count);
  e.greeting = first == 0;
  e.ack = 40;
  return wire::encode(e);
}

wire::Envelope session_of(std::uint64_t session) {
  const wire::EnvelopeBytes bytes = head(1, 1, session);
  return std::get<wire::Envelope>(wire::decode_envelope({bytes.data(), bytes.size()}));
}

wire::Envelope envelope_of(const Hold::Message& message) {
  return std::get<wire::Envelope>(
      wire::decode_envelope({message.envelope.data(), message.envelope.size()}));
}

base::Bytes records(std::uint64_t first, std::uint32_t count) {
  wire::BodyWriter writer(kSender);
  for (std::uint64_t number = first; number < first + count; ++number)
    writer.add({std::to_string(number)});
  return writer.take();
}

/// The numbers of the records that may pass now. Each record comes in a message of its own.
std::string passing(Hold& hold) {
  std::string numbers;
  while (const auto message = hold.take()) {
    const wire::Envelope e = envelope_of(*message);
    EXPECT_EQ(e.count, 1);
    EXPECT_EQ(message->body.view(), records(e.first, 1).view());
    numbers += std::to_string(e.first) + " ";
  }
  return numbers;
}

class AHold : public ::testing::Test {
 protected:
  AHold() { hold_.begin({}); }
  wire::Envelope keep(std::uint64_t first, std::uint32_t count, std::uint64_t session = 7) {
    return envelope_of(hold_.keep(head(first, count, session), records(first, count)));
  }
  wire::Envelope ping(std::uint64_t first, std::uint64_t session = 7) {
    const Hold::Message passes = hold_.keep(head(first, 1, session), wire::ping_body(kSender));
    EXPECT_EQ(passes.body.view(), wire::ping_body(kSender).view());
    return envelope_of(passes);
  }
  Hold hold_;
};

TEST_F(AHold, LetsAPingPassThatNamesNoRecordThatIsHeld) {
  EXPECT_EQ(ping(4).first, 4u);
  EXPECT_EQ(keep(4, 3).first, 4u);
  EXPECT_EQ(ping(7).first, 4u);
  EXPECT_EQ(hold_.let(2, {}), 2u);
  EXPECT_EQ(passing(hold_), "4 5 ");
  EXPECT_EQ(ping(7).first, 6u);
  EXPECT_EQ(keep(7, 2).first, 6u);
  EXPECT_EQ(keep(9, 1).ack, 40u);
  EXPECT_EQ(hold_.held(), 4u);
}

TEST_F(AHold, LetsGreetingsPassAsTheyAre) {
  keep(1, 1);
  const base::Bytes hello = records(1, 1);
  const Hold::Message passes = hold_.keep(head(0, 1, 9), hello);
  EXPECT_EQ(passes.envelope, head(0, 1, 9));
  EXPECT_EQ(passes.body.view(), hello.view());
  EXPECT_EQ(hold_.held(), 1u);
}

TEST_F(AHold, ForgetsRecordsOfASessionWhenTheNextOneSpeaks) {
  keep(1, 3);
  hold_.let(1, {});
  EXPECT_EQ(ping(1, 9).first, 1u);
  EXPECT_TRUE(hold_.empty());
  EXPECT_EQ(keep(1, 2, 9).first, 1u);
  EXPECT_EQ(hold_.held(), 2u);
}

TEST_F(AHold, OfALostConnectionLetsPassAgainWhatMightPassBefore) {
  keep(1, 3);
  EXPECT_EQ(hold_.let(2, {}), 2u);
  EXPECT_EQ(passing(hold_), "1 2 ");
  hold_.lose();
  keep(1, 4);
  EXPECT_EQ(passing(hold_), "1 2 ");
  EXPECT_EQ(hold_.held(), 2u);
}

TEST_F(AHold, LetsLaterRecordsPassIfTheirSenderHasSentThem) {
  keep(1, 2);
  EXPECT_EQ(hold_.let(4, {session_of(7), 5}), 4u);
  EXPECT_EQ(passing(hold_), "1 2 ");
  keep(3, 3);
  EXPECT_EQ(passing(hold_), "3 4 ");
  EXPECT_EQ(hold_.held(), 1u);
  EXPECT_EQ(hold_.first_held(), 5u);
  EXPECT_EQ(hold_.let(9, {session_of(9), 20}), 1u) << "of another session";
}

TEST_F(AHold, LetsPassWhatWasSentBeforeItBegan) {
  Hold hold;
  hold.begin({session_of(7), 2});
  hold.keep(head(1, 3), records(1, 3));
  EXPECT_EQ(hold.held(), 1u);
  EXPECT_EQ(passing(hold), "1 2 ");
  hold.keep(head(1, 2, 9), records(1, 2));
  EXPECT_EQ(hold.held(), 2u);
}

TEST_F(AHold, LeavesToPassWhatTheOneBeforeItHasReleased) {
  keep(1, 3);
  hold_.end();
  hold_.begin({session_of(7), 3});
  keep(4, 1);
  EXPECT_EQ(hold_.held(), 1u);
  EXPECT_EQ(passing(hold_), "1 2 3 ");
}

TEST_F(AHold, WithinAnotherReleasesNothing) {
  keep(1, 2);
  hold_.begin({session_of(7), 2});
  EXPECT_EQ(hold_.held(), 2u);
}

TEST_F(AHold, LetsEverythingPassWhenItIsOver) {
  keep(1, 3);
  EXPECT_EQ(hold_.let(9, {}), 3u);
  keep(4, 2);
  EXPECT_FALSE(hold_.empty());
  hold_.end();
  EXPECT_EQ(hold_.held(), 0u);
  EXPECT_EQ(passing(hold_), "1 2 3 4 5 ");
}

}  // namespace
}  // namespace ovid::sim
