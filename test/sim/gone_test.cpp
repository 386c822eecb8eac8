// The checkers demand that the end of a process is noticed soon by the others, but only if no fault
// keeps them from noticing it.

#include <chrono>
#include <string>

#include "scripted_world.hpp"
#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

std::string broken_in(std::string_view scenario) {
  const std::string trace = trace_of(scenario, 3, 8s);
  const std::size_t at = trace.find("broken: ");
  return at == std::string::npos ? "nothing" : trace.substr(at);
}

TEST(AProcessThatIsGone, IsSeenToBeGoneThoughAnotherOneIsAtItsPort) {
  EXPECT_EQ(broken_in("t=1 crash 1 for_ms=0.2\n"), "nothing");
}

// Until the corruption ends, no node can read a greeting of the new process.
TEST(AProcessThatIsGone, IsNotAskedForWhileMessagesAreCorrupted) {
  EXPECT_EQ(broken_in("t=1 crash 1 for_ms=0.2\nt=1.0001 corrupt per_thousand=1000 for_ms=300\n"),
            "nothing");
}

}  // namespace
}  // namespace ovid::sim
