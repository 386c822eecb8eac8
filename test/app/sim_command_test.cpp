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

TEST(SimCommand, TakesTheQualityOfAllPaths) {
  EXPECT_TRUE(accepted<SimOptions>("sim").campaign.network.path.perfect());
  const auto options = accepted<SimOptions>("sim --path rate_kbit=256,delay_ms=50");
  EXPECT_EQ(options.campaign.network.path.rate_bits_per_s, 256'000);
  EXPECT_NE(options.command.find(" --path rate_kbit=256,delay_ms=50"), std::string::npos);
  EXPECT_FALSE(options.campaign.draw_path);
  EXPECT_TRUE(accepted<SimOptions>("sim --path drawn").campaign.draw_path);
  expect_refused("sim --path fast", "--path: fast is not one of rate_kbit=1..10000000 ");
}

TEST(SimCommand, LetsANodeOweTwoOfTheLongestTexts) {
  const auto owed = [](const std::string& line) {
    return unacked_bytes_max(accepted<SimOptions>(line).campaign);
  };
  EXPECT_EQ(owed("sim"), std::size_t{64} << 10);
  EXPECT_EQ(owed("sim --long-text-bytes 1000000"), 2'000'000u);
  EXPECT_EQ(owed("sim --long-text-bytes 1000000 --unacked-kib-max 8"), std::size_t{8} << 10);
}

TEST(SimCommand, LetsAGridThatMustBeHealthyHaveNoFaultsButPoorPaths) {
  const auto healthy = accepted<SimOptions>("sim --healthy");
  EXPECT_TRUE(healthy.campaign.healthy);
  EXPECT_EQ(healthy.campaign.faults, sim::Faults{sim::Verb::Poor});
  EXPECT_NE(healthy.command.find(" --healthy"), std::string::npos);
  EXPECT_TRUE(accepted<SimOptions>("sim --healthy --faults none").campaign.faults.empty());
  expect_refused("sim --healthy --faults crash",
                 "--faults crash: with --healthy, the only fault is poor");
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
