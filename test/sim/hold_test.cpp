// Held paths: agents' records wait as long as a test wants, and nobody notices anything else.

#include "ovid/sim/hold.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "scripted_world.hpp"
#include <gtest/gtest.h>

#include "ovid/wire/body.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

std::string said(std::string_view scenario) {
  return said_in(trace_of(scenario, 3, 8s));
}

bool has(const std::string& trace, std::string_view part) {
  return trace.find(part) != std::string::npos;
}

// ---- In a grid

TEST(AHeldPath, KeepsRecordsBackAndItsSessionUpForAsLongAsItIsHeld) {
  const std::string trace = trace_of(
      "t=1 hold 0 > 2\nline 0 broadcast one\nt=7 line 2 alive\nline 0 alive\nline 2 get\n"
      "line 1 get\n",
      3, 8s);
  EXPECT_EQ(said_in(trace), "2: alive 0,1,2\n0: alive 0,1,2\n2: messages \n1: messages one\n");
  EXPECT_FALSE(has(trace, "down") || has(trace, "lost")) << trace;
}

TEST(AHeldPath, LetsAcknowledgementsPassInTheTimeTheyTakeOtherwise) {
  EXPECT_EQ(said("t=1 hold 0 > 2\nline 0 broadcast one\nt=2 line 2 broadcast other\n"
                 "t=2.006 line 2 ledger\n"),
            "2: ledger 0:offered=1,acknowledged=1,unacknowledged=0,fate_unknown=0 "
            "1:offered=1,acknowledged=1,unacknowledged=0,fate_unknown=0\n");
}

TEST(AHeldPath, LetsTheAcknowledgementOfAHeldRecordsMessagePass) {
  // Node 0 answers with a record before its acknowledgement is due: that message says both.
  EXPECT_EQ(said("t=1 hold 0 > 2\nt=2 line 2 broadcast other\nt=2.001 line 0 broadcast one\n"
                 "t=2.002 line 2 ledger\n"),
            "2: ledger 0:offered=1,acknowledged=1,unacknowledged=0,fate_unknown=0 "
            "1:offered=1,acknowledged=0,unacknowledged=1,fate_unknown=0\n");
}

TEST(AHeldPath, WhenReleasedGivesAllRecordsInOrder) {
  std::string scenario = "t=1 hold 0 > 2\n";
  std::string all;
  for (int i = 0; i < 300; ++i) {
    scenario += "line 0 broadcast " + std::to_string(i) + "\n";
    all += (i == 0 ? "" : ",") + std::to_string(i);
  }
  const std::string ask = "\nt=3.06 line 2 get\nline 0 ledger";
  const std::string expected =
      "2: messages " + all +
      "\n0: ledger 1:offered=300,acknowledged=300,unacknowledged=0,fate_unknown=0 "
      "2:offered=300,acknowledged=300,unacknowledged=0,fate_unknown=0\n";
  for (const std::string end : {"t=3 release 0 > 2", "t=3 heal", "t=3 deliver 0 > 2 count=300"})
    EXPECT_EQ(said(scenario + end + ask), expected) << end;
}

TEST(AHeldPath, MakesClientsWaitWhenItsSenderOwesTooMuch) {
  const std::string large(kUnackedBytesMax / 4, 'x');
  std::string scenario = "t=1 hold 0 > 2\n";
  for (int i = 0; i < 6; ++i) scenario += "line 0 broadcast " + large + "\n";
  const std::string trace = trace_of(scenario +
                                         "t=3 line 0 count\nt=5 line 2 count\nt=6 release 0 > 2\n"
                                         "t=7 line 2 count\n",
                                     3, 8s);
  EXPECT_EQ(said_in(trace), "2: count 0\n0: count 6\n2: count 6\n");
  EXPECT_FALSE(has(trace, "down")) << trace;
}

TEST(AHeldPath, EndsByItselfAfterItsTime) {
  EXPECT_EQ(said("t=1 hold 0 > 2 for_ms=500\nline 0 broadcast one\nt=1.499 line 2 get\n"
                 "t=1.501 line 2 get\n"),
            "2: messages \n2: messages one\n");
}

TEST(AHeldPath, IsHeldUntilAllItsHoldsHaveEnded) {
  EXPECT_EQ(said("t=1 hold 0 > 2 for_ms=500\nhold 0 > 2 for_ms=900\nline 0 broadcast one\n"
                 "t=1.6 line 2 get\nt=1.95 line 2 get\n"),
            "2: messages \n2: messages one\n");
  EXPECT_EQ(said("t=1 hold 0 > 2\nhold 0 > 2\nline 0 broadcast one\nt=2 release 0 > 2\n"
                 "t=2.1 line 2 get\n"),
            "2: messages one\n");
}

TEST(AHeldPath, IsOneWay) {
  EXPECT_EQ(said("t=1 hold 0 > 2\nline 2 broadcast one\nt=1.1 line 0 get\n"), "0: messages one\n");
}

TEST(AHeldPath, StaysHeldWhenItsConnectionIsCutAndTheSessionGoesOn) {
  const std::string trace = trace_of(
      "t=1 hold 0 > 2\nline 0 broadcast one\nline 0 broadcast two\nt=2 cut 0 - 2\n"
      "t=4 line 2 get\ndeliver 0 > 2\nline 2 get\nt=4.1 release 0 > 2\nt=4.2 line 2 get\n",
      3, 8s);
  EXPECT_EQ(said_in(trace), "2: messages \n2: messages one\n2: messages one,two\n");
  EXPECT_TRUE(has(trace, "reconnected within the session")) << trace;
  EXPECT_FALSE(has(trace, "down")) << trace;
}

TEST(AHeldPath, DoesNotHoldAgainWhatWasDeliveredBeforeItsConnectionWasCut) {
  // The cut comes before node 2 has acknowledged "one": node 0 sends it again.
  const std::string trace = trace_of(
      "t=1 hold 0 > 2\nline 0 broadcast one\nline 0 broadcast two\nt=2 deliver 0 > 2\n"
      "cut 0 - 2\nt=3 deliver 0 > 2\nline 2 get\n",
      3, 8s);
  EXPECT_EQ(said_in(trace), "2: messages one,two\n");
  EXPECT_TRUE(has(trace, "path 0 > 2: 1 record delivered, 0 held")) << trace;
}

TEST(AHeldPath, LosesWhatIsHeldWithItsSender) {
  EXPECT_EQ(said("t=1 hold 0 > 2\nline 0 broadcast one\nt=1.1 crash 0\nt=2 deliver 0 > 2\n"
                 "release 0 > 2\nt=3 line 1 get\nline 2 get\nline 2 alive\n"),
            "1: messages one\n2: messages \n2: alive 1,2\n");
}

TEST(AHeldPath, LosesWhatIsHeldWithItsReceiverAndHoldsTheNextSessionsRecords) {
  const std::string trace = trace_of(
      "t=1 hold 0 > 2\nline 0 broadcast one\nt=1.1 crash 2 for_ms=0.1\ndeliver 0 > 2\n"
      "t=2 line 0 broadcast two\ndeliver 0 > 2 count=9\nline 2 get\n",
      3, 8s);
  EXPECT_EQ(said_in(trace), "2: messages two\n");
  EXPECT_TRUE(has(trace, "1.100000 path 0 > 2: 0 records delivered, 0 held\n")) << trace;
}

TEST(AHeldPath, GivesNoRecordOfASessionThatHasEndedToTheNextOne) {
  EXPECT_EQ(said("t=1 hold 0 > 2\nline 0 broadcast one\nt=1.1 partition 0 | 2 for_ms=1500\n"
                 "t=5 line 0 alive\nline 0 broadcast two\ndeliver 0 > 2 count=9\nline 2 get\n"
                 "release 0 > 2\nt=6 line 2 get\n"),
            "0: alive 0,1,2\n2: messages two\n2: messages two\n");
}

// ---- Deliver

TEST(ADelivery, IsOfOneRecordAlsoIfSeveralWereSentTogether) {
  const std::string trace = trace_of(
      "t=1 hold 0 > 2\nt=2 line 0 broadcast one\nt=2 line 0 broadcast two\n"
      "t=2 line 0 broadcast three\nt=3 deliver 0 > 2\nline 2 get\ndeliver 0 > 2 count=2\n"
      "line 2 get\n",
      3, 8s);
  EXPECT_EQ(said_in(trace), "2: messages one\n2: messages one,two,three\n");
  EXPECT_TRUE(has(trace, "3.000000 path 0 > 2: 1 record delivered, 2 held\n")) << trace;
  EXPECT_TRUE(has(trace, "path 0 > 2: 2 records delivered, 0 held\n")) << trace;
}

TEST(ADelivery, IsReadBeforeTheNextAction) {
  EXPECT_EQ(said("t=1 hold 0 > 2\nhold 1 > 2\nt=1.1 line 0 broadcast a\nline 0 broadcast b\n"
                 "line 1 broadcast x\nline 1 broadcast y\nt=2 deliver 1 > 2\nt=2 deliver 0 > 2\n"
                 "t=2 deliver 0 > 2\nt=2 deliver 1 > 2\nline 2 get\n"),
            "2: messages x,a,b,y\n");
}

TEST(ADelivery, OfNothingIsTold) {
  EXPECT_EQ(
      trace_of("t=1 deliver 0 > 2\nrelease 0 > 2\nhold 0 > 2\ndeliver 0 > 2 count=3\n", 3, 2s),
      "t=1.000000 deliver 0 > 2 count=1\n"
      "1.000000 path 0 > 2: nothing to deliver, it is not held\n"
      "t=1.000000 release 0 > 2\n"
      "1.000000 path 0 > 2: nothing to release, it is not held\n"
      "t=1.000000 hold 0 > 2\n"
      "t=1.000000 deliver 0 > 2 count=3\n"
      "1.000000 path 0 > 2: 0 records delivered, 0 held\n");
}

TEST(ADelivery, ToAStoppedNodeWaitsThereAndNobodyWaitsForIt) {
  EXPECT_EQ(said("t=1 hold 0 > 2\nline 0 broadcast one\nt=2 pause 2 for_ms=200\n"
                 "deliver 0 > 2\nline 1 get\nt=2.3 line 2 get\n"),
            "1: messages one\n2: messages one\n");
}

// ---- The hold itself

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

wire::Envelope envelope_of(const Hold::Message& message) {
  return std::get<wire::Envelope>(
      wire::decode_envelope({message.envelope.data(), message.envelope.size()}));
}

base::Bytes records(std::uint64_t first, std::uint32_t count) {
  wire::BodyWriter writer(kSender);
  for (std::uint64_t number = first; number < first + count; ++number)
    writer.add(std::to_string(number));
  return writer.take();
}

/// Numbers of the records that may pass now, each a message of its own.
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
  AHold() { hold_.begin(); }
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
  EXPECT_EQ(hold_.let(2), 2u);
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
  hold_.let(1);
  EXPECT_EQ(ping(1, 9).first, 1u);
  EXPECT_TRUE(hold_.empty());
  EXPECT_EQ(keep(1, 2, 9).first, 1u);
  EXPECT_EQ(hold_.held(), 2u);
}

TEST_F(AHold, OfALostConnectionLetsPassAgainWhatMightPassBefore) {
  keep(1, 3);
  EXPECT_EQ(hold_.let(2), 2u);
  EXPECT_EQ(passing(hold_), "1 2 ");
  hold_.lose();
  keep(1, 4);
  EXPECT_EQ(passing(hold_), "1 2 ");
  EXPECT_EQ(hold_.held(), 2u);
}

TEST_F(AHold, LetsEverythingPassWhenItIsOver) {
  keep(1, 3);
  EXPECT_EQ(hold_.let(9), 3u);
  keep(4, 2);
  EXPECT_FALSE(hold_.empty());
  hold_.end();
  EXPECT_EQ(hold_.held(), 0u);
  EXPECT_EQ(passing(hold_), "1 2 3 4 5 ");
}

}  // namespace
}  // namespace ovid::sim
