// The world keeps account of what is done to it.

#include "ovid/sim/world.hpp"

#include <chrono>

#include "scripted_world.hpp"
#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

TEST(AWorld, KnowsThatAStopWithoutAnEndOfItsOwnIsOverWhenTheNodeContinues) {
  EXPECT_EQ(said_in(trace_of("t=1 pause 2\nt=1.9 continue 2\nt=4 line 0 alive\n", 3, 5s)),
            "0: alive 0,1,2\n");
}

}  // namespace
}  // namespace ovid::sim
