// After `settle`, a scenario continues when nothing more is going to happen, and the trace says so.

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "scripted_world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

std::string said(std::string_view scenario) {
  return said_in(trace_of(scenario, 3, 8s));
}

/// The time at which the first `settle` of the trace was over, in milliseconds; 0 if it never was.
double settled_ms(const std::string& trace) {
  const std::size_t at = trace.find(" settled");
  if (at == std::string::npos) return 0;
  return std::stod(trace.substr(trace.rfind('\n', at) + 1)) * 1e3;
}

TEST(Settling, AtTheBeginningIsOverWhenEverybodySeesEverybody) {
  const std::string trace = trace_of("t=0 settle\nline 0 alive\nline 2 alive\n", 3, 2s);
  EXPECT_EQ(said_in(trace), "0: alive 0,1,2\n2: alive 0,1,2\n");
  EXPECT_LT(settled_ms(trace), 20);
}

TEST(Settling, OfAQuietGridIsOverAtOnce) {
  EXPECT_EQ(trace_of("t=1 settle\nsettle\n", 3, 2s),
            "t=1.000000 settle\n1.000000 settled\nt=1.000000 settle\n1.000000 settled\n");
}

TEST(Settling, WaitsForRecordsAndForTheirAcknowledgements) {
  const std::string trace =
      trace_of("t=1 line 0 broadcast one\nsettle\nline 2 get\nline 0 ledger\n", 3, 2s);
  EXPECT_EQ(said_in(trace),
            "2: messages one\n"
            "0: ledger 1:offered=1,acknowledged=1,unacknowledged=0,fate_unknown=0 "
            "2:offered=1,acknowledged=1,unacknowledged=0,fate_unknown=0\n");
  EXPECT_LT(settled_ms(trace), 1030);
}

TEST(Settling, DoesNotWaitForWhatIsHeldAndSaysWhatThatIs) {
  const std::string trace = trace_of(
      "t=1 hold 0 > 2\nhold 1 > 0\nline 0 broadcast one\nline 0 broadcast two\n"
      "line 1 broadcast x\nsettle\nline 1 get\ndeliver 0 > 2\nsettle\nline 2 get\n",
      3, 2s);
  EXPECT_EQ(said_in(trace), "1: messages x,one,two\n2: messages x,one\n");
  EXPECT_NE(trace.find(" settled; held: 0 > 2: 2 records, 1 > 0: 1 record\n"), std::string::npos)
      << trace;
  EXPECT_NE(trace.find(" settled; held: 0 > 2: 1 record, 1 > 0: 1 record\n"), std::string::npos)
      << trace;
}

TEST(Settling, WaitsForEverythingThatAReleaseLetsGo) {
  std::string scenario = "t=1 hold 0 > 2\n";
  for (int i = 0; i < 300; ++i) scenario += "line 0 broadcast " + std::to_string(i) + "\n";
  EXPECT_EQ(said(scenario + "settle\nrelease 0 > 2\nsettle\nline 2 count\n"), "2: count 300\n");
}

TEST(Settling, WaitsUntilADeathIsNoticed) {
  EXPECT_EQ(said("t=1 crash 0\nsettle\nline 1 alive\nline 2 alive\nrestart 0\nsettle\n"
                 "line 0 alive\nline 1 alive\n"),
            "1: alive 1,2\n2: alive 1,2\n0: alive 0,1,2\n1: alive 0,1,2\n");
}

TEST(Settling, WaitsUntilSilenceIsNoticedAndForTheReturn) {
  EXPECT_EQ(said("t=1 pause 2\nsettle\nline 0 alive\ncontinue 2\nsettle\nline 0 alive\n"
                 "partition 0 | 1,2\nsettle\nline 0 alive\nline 1 alive\nheal\nsettle\n"
                 "line 0 alive\n"),
            "0: alive 0,1\n0: alive 0,1,2\n0: alive 0\n1: alive 1,2\n0: alive 0,1,2\n");
  EXPECT_EQ(said("t=1 block 0 > 1\nsettle\nline 0 alive\nline 1 alive\n"),
            "0: alive 0,2\n1: alive 1,2\n");
}

TEST(Settling, WaitsUntilALostConnectionIsMadeAgain) {
  const std::string trace = trace_of("t=1 cut 0 - 1\nsettle\n", 2, 2s);
  int again = 0;
  for (std::size_t at = 0; (at = trace.find("reconnected", at + 1)) < trace.find(" settled");)
    ++again;
  EXPECT_EQ(again, 2) << trace;
}

TEST(Settling, WaitsForMessagesOfLostConnections) {
  // Up to sixty messages wait for node 1 when its connection is cut. Some of them arrive late: most
  // of those long after everything was sent again and acknowledged, which takes less than 15 ms.
  std::string scenario;
  for (const double begin : {1, 2, 3}) {
    scenario += fmt::format("t={} pause 1\n", begin);
    for (int i = 1; i <= 60; ++i)
      scenario += fmt::format("t={:.4f} line 0 broadcast x\n", begin + 0.0005 * i);
    scenario += fmt::format("t={} cut 0 - 1\ncontinue 1\nsettle\n", begin + 0.04);
  }
  const std::string trace = trace_of(scenario + "line 1 count\n", 2, 8s);
  EXPECT_EQ(said_in(trace), "1: count 180\n");
  double longest = 0;
  for (const int begin : {1, 2, 3})
    longest =
        std::max(longest, settled_ms(trace.substr(trace.find(fmt::format("t={}.04", begin)))) -
                              1000 * begin - 40);
  EXPECT_GT(longest, 15) << trace;
}

TEST(Settling, DoesNotWaitForNodesThatRefuseEachOther) {
  EXPECT_EQ(said("t=1 refuse 0 > 1\ncut 0 - 1\nsettle\nline 0 alive\nline 1 alive\n"),
            "0: alive 0,2\n1: alive 1,2\nbroken: node 0: does not see 1 in the end\n");
}

TEST(Settling, HoldsBackAlsoTheActionsThatHaveATime) {
  const std::string trace =
      trace_of("t=1 line 0 broadcast one\nt=1.00002 settle\nt=1.00003 line 1 get\n", 2, 2s);
  EXPECT_EQ(said_in(trace), "1: messages one\n");
  EXPECT_LT(trace.find(" settled\n"), trace.find(" line 1 get\n")) << trace;
}

TEST(Settling, ThatNeverEndsEndsTheRun) {
  const std::string trace =
      trace_of("t=1 late 1 by_ms=1000000\nt=1.5 line 1 get\nt=1.6 settle\nt=2 line 0 get\n", 2, 9s);
  EXPECT_NE(trace.find("settle is not over after 5 s: node"), std::string::npos) << trace;
  EXPECT_NE(trace.find("not begun: t=2.000000 line 0 get\n"), std::string::npos) << trace;
}

TEST(Settling, ThatTheEndOfTheRunOvertakesLeavesActionsThatHaveNotBegun) {
  EXPECT_EQ(said_in(trace_of("t=1.999 line 0 broadcast one\nsettle\nline 1 get\n", 2, 2s)),
            "not begun: t=1.999000 line 1 get\n");
}

}  // namespace
}  // namespace ovid::sim
