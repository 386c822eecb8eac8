// That a process is gone is asked for soon after its end, and only where nothing keeps others from
// seeing it.

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

// No greeting of the other process is understood until the corruption ends.
TEST(AProcessThatIsGone, IsNotAskedForWhileMessagesAreCorrupted) {
  EXPECT_EQ(broken_in("t=1 crash 1 for_ms=0.2\nt=1.0001 corrupt per_thousand=1000 for_ms=300\n"),
            "nothing");
}

}  // namespace
}  // namespace ovid::sim
