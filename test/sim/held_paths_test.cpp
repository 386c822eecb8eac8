// A grid with held paths: the records of agents wait as long as a test wants, and nothing else
// changes for the nodes.

#include "ovid/sim/held_paths.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include "scripted_world.hpp"
#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

std::string said(std::string_view scenario) {
  return said_in(trace_of(scenario, 3, 8s));
}

bool has(const std::string& trace, std::string_view part) {
  return trace.find(part) != std::string::npos;
}

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
  // Node 0 sends a record before its acknowledgement is due, so the message that carries the record
  // also carries the acknowledgement.
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
  // The path is cut before node 2 has acknowledged "one", so node 0 sends it again.
  const std::string trace = trace_of(
      "t=1 hold 0 > 2\nline 0 broadcast one\nline 0 broadcast two\nt=2 deliver 0 > 2\n"
      "cut 0 - 2\nt=3 deliver 0 > 2\nline 2 get\n",
      3, 8s);
  EXPECT_EQ(said_in(trace), "2: messages one,two\n");
  EXPECT_TRUE(has(trace, "path 0 > 2: 1 record delivered, 0 held")) << trace;
}

TEST(AHeldPath, DoesNotHoldWhatWasSentBeforeAndIsSentAgainAfterACut) {
  // The path is cut before node 2 has acknowledged "one", so node 0 sends it again.
  const std::string trace = trace_of(
      "t=1 line 0 broadcast one\nhold 0 > 2\nline 0 broadcast two\ncut 0 - 2\nsettle\n"
      "deliver 0 > 2\nline 2 get\n",
      3, 8s);
  EXPECT_EQ(said_in(trace), "2: messages one,two\n");
  EXPECT_TRUE(has(trace, " settled; held: 0 > 2: 1 record\n")) << trace;
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

}  // namespace
}  // namespace ovid::sim
