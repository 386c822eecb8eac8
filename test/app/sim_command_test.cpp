#include "ovid/app/sim_command.hpp"

#include <string>

#include "command_line.hpp"
#include <gtest/gtest.h>

namespace ovid::app {
namespace {

TEST(SimCommand, IsRepeatedWithNumbersAsTheyWere) {
  EXPECT_NE(accepted<SimOptions>("sim --seconds 12345.678").command.find("--seconds 12345.678 "),
            std::string::npos);
}

TEST(SimCommand, SimulatesTheWaitsOfRealNodes) {
  const auto silence_of = [](const std::string& line) {
    return accepted<SimOptions>(line).campaign.links.silence;
  };
  EXPECT_EQ(silence_of("sim"), options_of("node 0 9 10000").links.silence);
  EXPECT_EQ(silence_of("sim --nodes 1000"), options_of("node 0 1000 10000").links.silence);
}

TEST(SimCommand, ChecksThePromisesOfTheAgentsThatHaveSome) {
  for (const std::string agents : {"chatroom", "echo"}) {
    const auto hosted =
        accepted<SimOptions>("sim --agents " + agents).campaign.make_agents(base::NodeId{0});
    ASSERT_EQ(hosted.size(), 1u);
    EXPECT_TRUE(hosted.front().promises) << agents;
  }
}

TEST(Seeds, AreARangeOfAnyLength) {
  const SeedRange all = accepted<SimOptions>("sim --seeds 0..18446744073709551615").seeds;
  EXPECT_EQ(all.first, 0u);
  EXPECT_EQ(all.last, 18446744073709551615u);
  EXPECT_EQ(accepted<SimOptions>("sim --seeds 7").seeds.last, 7u);
}

TEST(Faults, ThatFitIntoNoRunAreRefused) {
  expect_refused("sim --nodes 1", "--faults all: no fault fits into 30 s of 1 nodes");
  expect_refused("sim --nodes 1 --faults crash", "--faults crash");
  expect_refused("sim --seconds 6.5", "no fault fits into 6.5 s");
  accepted<SimOptions>("sim --seconds 6.6");
  accepted<SimOptions>("sim --nodes 1 --faults none");
  accepted<SimOptions>("sim --seconds 1 --faults none");
  accepted<SimOptions>("sim --seconds 1 --only-faults none");
  accepted<SimOptions>("sim --nodes 1 --seconds 1 --script x");
}

}  // namespace
}  // namespace ovid::app
