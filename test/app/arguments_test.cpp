#include "ovid/app/arguments.hpp"

#include <string>

#include "command_line.hpp"
#include <gtest/gtest.h>

namespace ovid::app {
namespace {

using namespace std::chrono_literals;

TEST(Numbers, AreDecimalWhateverTheyBeginWith) {
  const NodeOptions options = options_of("node 010 020 010000 --base-port 03010 --silence-ms 0100");
  EXPECT_EQ(options.mesh.self, base::NodeId{10});
  EXPECT_EQ(options.mesh.nodes, 20);
  EXPECT_EQ(options.door.port, 10000);
  EXPECT_EQ(options.mesh.base_port, 3010);
  EXPECT_EQ(options.links.silence, 100ms);
  const NodeOptions relayed = options_of("node 0 12 10000 --peer 010=10.0.0.1:010000");
  EXPECT_EQ(relayed.mesh.elsewhere.at(base::NodeId{10}).port, 10000);
  EXPECT_EQ(accepted<SimOptions>("sim --nodes 010 --seeds 08..010").seeds.last, 10u);
}

TEST(Numbers, HaveNoOtherSpelling) {
  for (const std::string wrong : {"+5", "0x5", "0b1", "1e1", "5.0", "5,", "'5'", "", "5\t"}) {
    expect_refused("node " + wrong + " 20 10000", "0..");
    expect_refused("node 0 " + wrong + " 10000", "1..1000");
    expect_refused("node 0 9 10000 --ping-ms " + wrong, "--ping-ms");
    expect_refused("node 0 9 10000 --peer " + wrong + "=10.0.0.1:80", "--peer");
    expect_refused("node 0 9 10000 --peer 1=10.0.0.1:" + wrong, "--peer");
    expect_refused("sim --nodes " + wrong, "--nodes");
    expect_refused("sim --seeds " + wrong, "--seeds");
    expect_refused("sim --seeds 1.." + wrong, "--seeds");
    if (!wrong.empty()) {
      expect_refused("sim --only-faults " + wrong, "--only-faults");
    }
  }
}

TEST(Numbers, OutOfTheirRangeAreNamedWithIt) {
  expect_refused("node 0 3 10000 --silence-ms-max 599",
                 "--silence-ms-max 599 is less than --silence-ms 600");
  expect_refused("node 0 3 10000 --silence-ms 60001",
                 "--silence-ms 60001 is not a whole number in 20..60000");
  expect_refused("node 0 3 10000 --ping-ms -1", "--ping-ms -1 is not a whole number in 0..30000");
  expect_refused("sim --nodes 1001", "--nodes 1001 is not a whole number in 0..1000");
  expect_refused("sim --jobs 99999999999", "--jobs 99999999999 is not a whole number in 1..256");
  expect_refused("sim --seeds 18446744073709551616", "0..18446744073709551615");
  expect_refused("sim --seeds 5..4", "--seeds 5..4 ");
}

TEST(Numbers, ThatAreRealAreFinite) {
  for (const std::string wrong : {"nan", "inf", "-inf", "infinity", "1e999", "0.5", "100001", "5s"})
    expect_refused("sim --seconds " + wrong,
                   "--seconds " + wrong + " is not a number in 1..100000");
  for (const std::string wrong : {"nan", "-1", "1e7"})
    expect_refused("sim --broadcasts-per-s " + wrong, "--broadcasts-per-s " + wrong);
  EXPECT_EQ(accepted<SimOptions>("sim --seconds 12.5").campaign.length, 12500ms);
}

TEST(Arguments, GivenTwiceMustHaveTheSameValue) {
  expect_refused("node 0 3 10000 --base-port 4000 --base-port 5000",
                 "--base-port is given twice: 4000 and 5000");
  expect_refused("node 0 3 10000 --host 10.0.0.1 --host 10.0.0.2", "--host is given twice");
  expect_refused("node 0 3 10000 --log-level info --log-level error", "--log-level is given twice");
  expect_refused("node 0 3 10000 --grid a --grid b", "--grid is given twice");
  expect_refused("node 0 3 10000 --answers lines --answers length", "--answers is given twice");
  expect_refused("node 0 3 10000 --peer 1=10.0.0.1:80 --peer 2=10.0.0.1:81 --peer 1=10.0.0.1:81",
                 "--peer is given twice for 1: 1=10.0.0.1:80 and 1=10.0.0.1:81");
  expect_refused("sim --seconds 10 --seconds 20", "--seconds is given twice: 10 and 20");
  expect_refused("sim --seeds 1 --seeds 2", "--seeds is given twice");
  options_of("node 0 3 10000 --base-port 4000 --base-port 04000 --host 10.0.0.1 --host 10.0.0.1");
  options_of("node 0 3 10000 --peer 1=10.0.0.1:80 --peer 2=10.0.0.1:81 --peer 01=10.0.0.1:080");
  accepted<SimOptions>("sim --seconds 10 --seconds 10.0 --trace --trace");
}

}  // namespace
}  // namespace ovid::app
