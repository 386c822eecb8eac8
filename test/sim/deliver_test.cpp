// In this grid a scenario delivers held records one by one, in the order that it chooses.

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

}  // namespace
}  // namespace ovid::sim
