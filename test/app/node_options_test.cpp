#include "ovid/app/node_options.hpp"

#include <string>

#include "command_line.hpp"
#include <gtest/gtest.h>

namespace ovid::app {
namespace {

using namespace std::chrono_literals;

TEST(NodeOptions, ANodeNeedsItsIdTheSizeAndAPortAndTheRestHasDefaults) {
  const NodeOptions options = options_of("node 2 3 10002");
  EXPECT_EQ(options.door.port, 10002);
  EXPECT_EQ(options.log.severity, base::Severity::Info);
  EXPECT_EQ(options.mesh.self, base::NodeId{2});
  EXPECT_EQ(options.mesh.nodes, 3);
  EXPECT_EQ(options.mesh.host, "127.0.0.1");
  EXPECT_EQ(options.mesh.base_port, 3000);
  EXPECT_EQ(options.links.self, base::NodeId{2});
  EXPECT_EQ(options.links.nodes, 3);
  EXPECT_EQ(options.links.silence, 600ms);
  EXPECT_EQ(options.links.ping, 300ms);
  EXPECT_EQ(options.links.unacked_bytes_max, std::size_t{64} << 20);
}

TEST(NodeOptions, EveryOptionSetsItsValue) {
  const NodeOptions options = options_of(
      "node 0 1 65535 --base-port 4000 --host 10.1.2.3 --log-level debug --silence-ms 800 "
      "--ping-ms 300 --hello-ms 11 --retry-ms-max 12 --mute-ms 13 --connect-ms-max 14 "
      "--handshake-ms-max 15 --unacked-mib-max 16");
  EXPECT_EQ(options.mesh.base_port, 4000);
  EXPECT_EQ(options.mesh.host, "10.1.2.3");
  EXPECT_EQ(options.log.severity, base::Severity::Debug);
  EXPECT_EQ(options.links.silence, 800ms);
  EXPECT_EQ(options.links.ping, 300ms);
  EXPECT_EQ(options.links.hello, 11ms);
  EXPECT_EQ(options.links.retry_max, 12ms);
  EXPECT_EQ(options.links.mute, 13ms);
  EXPECT_EQ(options.links.connect_max, 14ms);
  EXPECT_EQ(options.links.handshake_max, 15ms);
  EXPECT_EQ(options.links.unacked_bytes_max, std::size_t{16} << 20);
}

TEST(NodeOptions, LetSilenceLimitsGrowUnlessAllPeersAreOnThisMachine) {
  EXPECT_FALSE(options_of("node 0 3 10000").links.learns());
  EXPECT_FALSE(options_of("node 0 3 10000 --host 127.0.0.2").links.learns());
  EXPECT_EQ(options_of("node 0 3 10000 --host 10.1.2.3").links.silence_max, 3s);
  EXPECT_EQ(options_of("node 0 3 10000 --peer 1=127.0.0.1:5000").links.silence_max, 3s);
  EXPECT_EQ(options_of("node 0 3 10000 --silence-ms-max 1200").links.silence_max, 1200ms);
  EXPECT_FALSE(options_of("node 0 3 10000 --silence-ms-max 600").links.learns());
  EXPECT_FALSE(options_of("node 0 3 10000 --host 10.1.2.3 --silence-ms 4000").links.learns());
}

TEST(NodeOptions, ByDefaultThePingIsHalfOfTheSilence) {
  EXPECT_EQ(options_of("node 0 1 10000 --silence-ms 1500").links.ping, 750ms);
}

TEST(NodeOptions, InALargeGridEachNodeWaitsLonger) {
  const NodeOptions at_64 = options_of("node 0 64 10000");
  EXPECT_EQ(at_64.links.silence, 600ms);
  const NodeOptions at_200 = options_of("node 0 200 10000");
  EXPECT_EQ(at_200.links.silence, 1800ms);
  EXPECT_EQ(at_200.links.ping, 900ms);
  EXPECT_EQ(at_200.links.hello, 2000ms);
  EXPECT_EQ(at_200.links.mute, 4000ms);
  EXPECT_EQ(at_200.links.connect_max, 4000ms);
  EXPECT_EQ(at_200.links.handshake_max, 8000ms);
}

TEST(NodeOptions, WhereFewNodesOfALargeGridShareAMachineEachWaitsAsInAGridOfThose) {
  const NodeOptions spread = options_of("node 0 200 10000 --nodes-here 10");
  EXPECT_EQ(spread.links.nodes, 200);
  EXPECT_EQ(spread.links.silence, 600ms);
  EXPECT_EQ(spread.links.ping, 300ms);
  EXPECT_EQ(spread.links.hello, 100ms);
  EXPECT_EQ(spread.links.mute, 1000ms);
  EXPECT_EQ(spread.links.connect_max, 500ms);
  EXPECT_EQ(spread.links.handshake_max, 1000ms);
  EXPECT_EQ(options_of("node 0 200 10000 --nodes-here 100").links.silence, 900ms);
  EXPECT_EQ(options_of("node 0 200 10000 --nodes-here 0").links.silence, 1800ms);
}

TEST(NodeOptions, GivenTimesDoNotDependOnTheSizeOfTheGrid) {
  const NodeOptions options = options_of("node 0 200 10000 --silence-ms 600 --handshake-ms-max 20");
  EXPECT_EQ(options.links.silence, 600ms);
  EXPECT_EQ(options.links.ping, 300ms);
  EXPECT_EQ(options.links.handshake_max, 20ms);
}

TEST(NodeOptions, WhoConnectsHasFiveSecondsForItsHandshakeOrMoreIfTheNodeItselfHasMore) {
  EXPECT_EQ(options_of("node 0 1 10000").mesh.handshake_max, 5s);
  EXPECT_EQ(options_of("node 0 1 10000 --handshake-ms-max 20").mesh.handshake_max, 5s);
  EXPECT_EQ(options_of("node 0 1 10000 --handshake-ms-max 7000").mesh.handshake_max, 7s);
  EXPECT_EQ(options_of("node 0 200 10000").mesh.handshake_max, 8s);
}

TEST(NodeOptions, TheEndsOfEveryRangeAreInIt) {
  options_of("node 0 1 10000");
  options_of("node 999 1000 65535");
  options_of("node 0 1 10000 --base-port 1024");
  options_of("node 0 1 10000 --base-port 65535");
  options_of("node 0 1 10000 --ping-ms 250 --silence-ms 500");
}

TEST(NodeOptions, ANumberOutOfItsRangeIsNamedAndRefused) {
  expect_refused("node 3 3 10000", "id 3 ");
  expect_refused("node -1 3 10000", "-1");
  expect_refused("node 0 0 10000", "n 0 ");
  expect_refused("node 0 -5 10000", "-5");
  expect_refused("node 0 1001 10000", "n 1001 ");
  expect_refused("node 0 3 9999", "master-port 9999 ");
  expect_refused("node 0 3 65536", "master-port 65536 ");
  expect_refused("node 0 3 10000 --base-port 1023", "1023");
  expect_refused("node 0 3 10000 --base-port 65536", "65536");
  expect_refused("node 0 3 10000 --silence-ms 19", "19");
  expect_refused("node 0 3 10000 --unacked-mib-max 0", "0");
}

TEST(NodeOptions, ATextThatIsNoNumberIsNamedAndRefused) {
  expect_refused("node one 3 10000", "one");
  expect_refused("node 0 3x 10000", "3x");
  expect_refused("node 0 3 1e4x", "1e4x");
  expect_refused("node 0 3 99999999999999999999", "99999999999999999999");
  expect_refused("node 0 3 10000 --silence-ms soon", "soon");
}

TEST(NodeOptions, AHostIsAnIpv4Address) {
  expect_refused("node 0 3 10000 --host localhost", "localhost");
  expect_refused("node 0 3 10000 --host 127.0.0.256", "127.0.0.256");
  expect_refused("node 0 3 10000 --host ::1", "::1");
  expect_refused("node 0 3 10000 --host *", "*");
}

TEST(NodeOptions, APingLongerThanHalfTheSilenceIsRefused) {
  expect_refused("node 0 3 10000 --ping-ms 301", "--ping-ms 301");
}

TEST(NodeOptions, MeshPortsBeyondTheLastPortAreRefused) {
  expect_refused("node 0 7 10000 --base-port 65530", "--base-port 65530");
  options_of("node 0 6 10000 --base-port 65530");
}

TEST(NodeOptions, AMasterPortAmongTheMeshPortsIsRefused) {
  expect_refused("node 0 3 10000 --base-port 10000", "master-port 10000");
  expect_refused("node 0 3 10002 --base-port 10000", "master-port 10002");
  options_of("node 0 3 10003 --base-port 10000");
  options_of("node 0 3 10000 --base-port 10001");
}

TEST(NodeOptions, HelpHasEveryOptionOfANodeWithItsUnit) {
  const std::string help = answer_to("node --help").text;
  for (const char* option : {"--base-port", "--host", "--log-level", "--silence-ms", "--ping-ms",
                             "--hello-ms", "--retry-ms-max", "--mute-ms", "--connect-ms-max",
                             "--handshake-ms-max", "--unacked-mib-max", "MiB", "id", "master-port"})
    EXPECT_NE(help.find(option), std::string::npos) << option;
}

TEST(NodeOptions, ClientsConnectToTheLoopbackWhereverThePeersAre) {
  EXPECT_EQ(options_of("node 0 3 10000").door.host, "127.0.0.1");
  EXPECT_EQ(options_of("node 0 3 10000 --host 10.1.2.3").door.host, "127.0.0.1");
  const NodeOptions open = options_of("node 0 3 10000 --host 10.1.2.3 --master-host 0.0.0.0");
  EXPECT_EQ(open.door.host, "0.0.0.0");
  EXPECT_EQ(open.mesh.host, "10.1.2.3");
  expect_refused("node 0 3 10000 --master-host localhost",
                 "--master-host localhost is not an IPv4 address");
}

TEST(NodeOptions, AnswersAreLinesOrAsTheMastersOfAYearExpectThem) {
  const std::string node = "node 0 3 10000";
  EXPECT_EQ(options_of(node).door.answers, net::Answers::Lines);
  EXPECT_EQ(options_of(node + " --answers length").door.answers, net::Answers::Length);
  for (const char* year : {"2016", "2017"})
    EXPECT_EQ(options_of(node, with({{"OVID_DIALECT", year}})).door.answers, net::Answers::Lines);
  for (const char* year : {"2018", "2019"})
    EXPECT_EQ(options_of(node, with({{"OVID_DIALECT", year}})).door.answers, net::Answers::Length);
  EXPECT_EQ(options_of(node + " --answers lines", with({{"OVID_DIALECT", "2019"}})).door.answers,
            net::Answers::Lines);
  expect_refused(node + " --answers frames", "--answers frames is not one of lines, length");
  for (const char* year : {"2015", "2020", "02019", "lines", " "})
    expect_refused(node, "OVID_DIALECT", with({{"OVID_DIALECT", year}}));
}

TEST(NodeOptions, AGridHasAName) {
  const std::string node = "node 0 3 10000";
  EXPECT_EQ(options_of(node).links.grid, "");
  EXPECT_EQ(options_of(node + " --grid lab-0_a.B").links.grid, "lab-0_a.B");
  EXPECT_EQ(options_of(node, with({{"OVID_GRID", "red"}})).links.grid, "red");
  EXPECT_EQ(options_of(node + " --grid blue", with({{"OVID_GRID", "red"}})).links.grid, "blue");
  EXPECT_EQ(options_of("node --grid  0 3 10000", with({{"OVID_GRID", "red"}})).links.grid, "");
  EXPECT_EQ(options_of(node + " --grid " + std::string(64, 'x')).links.grid.size(), 64u);
  expect_refused(node + " --grid " + std::string(65, 'x'), "--grid xxx");
  for (const std::string wrong : {"a/b", "a\tb", "gr\xc3\xbcn", "a,b"}) {
    expect_refused(node + " --grid " + wrong, "--grid ");
    expect_refused(node, "OVID_GRID ", with({{"OVID_GRID", wrong}}));
  }
}

TEST(NodeOptions, ABasePortMayComeFromTheEnvironmentAndTheOptionWins) {
  const std::string node = "node 0 3 10000";
  EXPECT_EQ(options_of(node, with({{"OVID_BASE_PORT", "4000"}})).mesh.base_port, 4000);
  EXPECT_EQ(options_of(node, with({{"OVID_BASE_PORT", ""}})).mesh.base_port, 3000);
  EXPECT_EQ(
      options_of(node + " --base-port 5000", with({{"OVID_BASE_PORT", "4000"}})).mesh.base_port,
      5000);
  EXPECT_EQ(options_of(node + " --base-port 5000", with({{"OVID_BASE_PORT", "x"}})).mesh.base_port,
            5000);
  for (const std::string wrong : {"x", "1023", "65536", "0x1000", " 4000", "+4000", "nan"})
    expect_refused(node, "OVID_BASE_PORT", with({{"OVID_BASE_PORT", wrong}}));
  EXPECT_EQ(answer_to("sim", with({{"OVID_BASE_PORT", "x"}})).exit_code, -1);
}

}  // namespace
}  // namespace ovid::app
