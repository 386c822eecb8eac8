#include "ovid/app/options.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ovid::app {
namespace {

using namespace std::chrono_literals;

/// `ovid` and then the words of `line`, which are separated by one space.
auto parsed(const std::string& line, const Surroundings& surroundings = {}) {
  std::vector<std::string> words{"ovid"};
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse(static_cast<int>(argv.size()), argv.data(), surroundings);
}

Answer answer_to(const std::string& line, const Surroundings& surroundings = {}) {
  const auto result = parsed(line, surroundings);
  const auto* answer = std::get_if<Answer>(&result);
  return answer ? *answer : Answer{"(accepted)", -1};
}

NodeOptions options_of(const std::string& line, const Surroundings& surroundings = {}) {
  const auto result = parsed(line, surroundings);
  if (const auto* answer = std::get_if<Answer>(&result)) ADD_FAILURE() << answer->text;
  const auto* options = std::get_if<NodeOptions>(&result);
  return options ? *options : NodeOptions{};
}

/// Refused with exit code 2 and one line that says `what` and how it is used.
void expect_refused(const std::string& line, const std::string& what,
                    const Surroundings& surroundings = {}) {
  const Answer answer = answer_to(line, surroundings);
  EXPECT_EQ(answer.exit_code, 2) << line;
  EXPECT_EQ(std::count(answer.text.begin(), answer.text.end(), '\n'), 1) << answer.text;
  EXPECT_TRUE(answer.text.ends_with('\n')) << answer.text;
  EXPECT_NE(answer.text.find(what), std::string::npos) << line << " -> " << answer.text;
  const std::string usage = line.starts_with("sim") ? "usage: ovid sim [options]"
                                                    : "usage: ovid node <id> <n> <master-port>";
  EXPECT_NE(answer.text.find(usage), std::string::npos) << answer.text;
}

/// An environment with these variables and no others.
Surroundings with(std::map<std::string, std::string> variables) {
  Surroundings surroundings;
  surroundings.variable = [variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  return surroundings;
}

template <typename Command>
Command accepted(const std::string& line) {
  const auto result = parsed(line);
  if (const auto* answer = std::get_if<Answer>(&result)) ADD_FAILURE() << answer->text;
  const auto* options = std::get_if<Command>(&result);
  return options ? *options : Command{};
}

TEST(Options, ANodeNeedsItsIdTheSizeAndAPortAndTheRestHasDefaults) {
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

TEST(Options, EveryOptionReachesWhatItNames) {
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
  EXPECT_EQ(options.links.retry_most, 12ms);
  EXPECT_EQ(options.links.mute, 13ms);
  EXPECT_EQ(options.mesh.connect_max, 14ms);
  EXPECT_EQ(options.mesh.handshake_max, 15ms);
  EXPECT_EQ(options.links.unacked_bytes_max, std::size_t{16} << 20);
}

TEST(Options, WithoutAnotherWordThePingIsHalfOfTheSilence) {
  EXPECT_EQ(options_of("node 0 1 10000 --silence-ms 1500").links.ping, 750ms);
}

TEST(Options, InALargeGridEachNodeWaitsLonger) {
  const NodeOptions at_64 = options_of("node 0 64 10000");
  EXPECT_EQ(at_64.links.silence, 600ms);
  const NodeOptions at_200 = options_of("node 0 200 10000");
  EXPECT_EQ(at_200.links.silence, 1800ms);
  EXPECT_EQ(at_200.links.ping, 900ms);
  EXPECT_EQ(at_200.links.hello, 2000ms);
  EXPECT_EQ(at_200.links.mute, 4000ms);
  EXPECT_EQ(at_200.mesh.connect_max, 4000ms);
  EXPECT_EQ(at_200.mesh.handshake_max, 8000ms);
}

TEST(Options, WhatIsSaidIsNotChangedByTheSizeOfTheGrid) {
  const NodeOptions options = options_of("node 0 200 10000 --silence-ms 600 --handshake-ms-max 20");
  EXPECT_EQ(options.links.silence, 600ms);
  EXPECT_EQ(options.links.ping, 300ms);
  EXPECT_EQ(options.mesh.handshake_max, 20ms);
}

TEST(Options, TheEndsOfEveryRangeAreInIt) {
  options_of("node 0 1 10000");
  options_of("node 999 1000 65535");
  options_of("node 0 1 10000 --base-port 1024");
  options_of("node 0 1 10000 --base-port 65535");
  options_of("node 0 1 10000 --ping-ms 250 --silence-ms 500");
}

TEST(Options, ANumberOutOfItsRangeIsNamedAndRefused) {
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

TEST(Options, WhatIsNoNumberIsNamedAndRefused) {
  expect_refused("node one 3 10000", "one");
  expect_refused("node 0 3x 10000", "3x");
  expect_refused("node 0 3 1e4x", "1e4x");
  expect_refused("node 0 3 99999999999999999999", "99999999999999999999");
  expect_refused("node 0 3 10000 --silence-ms soon", "soon");
}

TEST(Options, WhatIsMissingOrTooMuchIsNamedAndRefused) {
  expect_refused("", "");
  expect_refused("node", "id");
  expect_refused("node 0 3", "master-port");
  expect_refused("node 0 3 10000 surplus", "surplus");
  expect_refused("node 0 3 10000 --what", "--what");
  expect_refused("nod 0 3 10000", "nod");
  expect_refused("node 0 3 10000 --log-level loud", "loud");
}

TEST(Options, WhoAsksForTheBenchmarkIsToldWhereItIs) {
  const Answer answer = answer_to("bench one --nodes 3");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_EQ(answer.text,
            "ovid: the benchmark is a program of its own, ovid-bench; usage: ovid-bench [figures] "
            "[options] (ovid-bench --help tells more)\n");
}

TEST(Options, AHostIsAnIpv4Address) {
  expect_refused("node 0 3 10000 --host localhost", "localhost");
  expect_refused("node 0 3 10000 --host 127.0.0.256", "127.0.0.256");
  expect_refused("node 0 3 10000 --host ::1", "::1");
  expect_refused("node 0 3 10000 --host *", "*");
}

TEST(Options, APingLongerThanHalfTheSilenceIsRefused) {
  expect_refused("node 0 3 10000 --ping-ms 301", "--ping-ms 301");
}

TEST(Options, MeshPortsBeyondTheLastPortAreRefused) {
  expect_refused("node 0 7 10000 --base-port 65530", "--base-port 65530");
  options_of("node 0 6 10000 --base-port 65530");
}

TEST(Options, MeshPortsThatTouchTheEphemeralOnesAreRefused) {
  expect_refused("node 0 1 10000 --base-port 32768", "--base-port 32768");
  expect_refused("node 0 1 10000 --base-port 60999", "--base-port 60999");
  expect_refused("node 0 2 10000 --base-port 32767", "--base-port 32767");
  options_of("node 0 1 10000 --base-port 32767");
  options_of("node 0 1 10000 --base-port 61000");
  EXPECT_EQ(answer_to("node 0 3 20000 --base-port 4998", PortRange{5000, 6000}).exit_code, 2);
  EXPECT_EQ(answer_to("node 0 2 20000 --base-port 4998", PortRange{5000, 6000}).exit_code, -1);
  EXPECT_EQ(answer_to("node 0 2 20000 --base-port 6001", PortRange{5000, 6000}).exit_code, -1);
}

TEST(Options, AMasterPortAmongTheMeshPortsIsRefused) {
  expect_refused("node 0 3 10000 --base-port 10000", "master-port 10000");
  expect_refused("node 0 3 10002 --base-port 10000", "master-port 10002");
  options_of("node 0 3 10003 --base-port 10000");
  options_of("node 0 3 10000 --base-port 10001");
}

TEST(Options, AnErrorIsOneLineWhateverTheArgumentsHeld) {
  expect_refused("node 0 3 10000 --host 127\n0\r0\x1b", "127 0 0");
  expect_refused("node a\nb 3 10000", "");
}

TEST(Options, HelpAndVersionAreAnsweredWithSuccess) {
  for (const char* line : {"--help", "node --help", "node -h"}) {
    const Answer help = answer_to(line);
    EXPECT_EQ(help.exit_code, 0) << line;
    EXPECT_GT(help.text.size(), 100u) << line;
  }
  for (const char* line : {"--version", "node --version"}) {
    const Answer version = answer_to(line);
    EXPECT_EQ(version.exit_code, 0) << line;
    EXPECT_TRUE(version.text.starts_with("ovid ")) << version.text;
    EXPECT_EQ(std::count(version.text.begin(), version.text.end(), '.'), 2) << version.text;
    EXPECT_TRUE(version.text.ends_with('\n')) << version.text;
  }
}

TEST(Options, HelpTellsEveryOptionOfANodeWithItsUnit) {
  const std::string help = answer_to("node --help").text;
  for (const char* option : {"--base-port", "--host", "--log-level", "--silence-ms", "--ping-ms",
                             "--hello-ms", "--retry-ms-max", "--mute-ms", "--connect-ms-max",
                             "--handshake-ms-max", "--unacked-mib-max", "MiB", "id", "master-port"})
    EXPECT_NE(help.find(option), std::string::npos) << option;
}

// ---- Numbers

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

TEST(Numbers, AreReplayedAsTheyWere) {
  EXPECT_NE(accepted<SimOptions>("sim --seconds 12345.678").command.find("--seconds 12345.678 "),
            std::string::npos);
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

TEST(Options, GivenTwiceMeanTheSameTwice) {
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

// ---- Options that say where and how

TEST(Options, MastersAreHeardOnTheLoopbackWhereverThePeersAre) {
  EXPECT_EQ(options_of("node 0 3 10000").door.host, "127.0.0.1");
  EXPECT_EQ(options_of("node 0 3 10000 --host 10.1.2.3").door.host, "127.0.0.1");
  const NodeOptions open = options_of("node 0 3 10000 --host 10.1.2.3 --master-host 0.0.0.0");
  EXPECT_EQ(open.door.host, "0.0.0.0");
  EXPECT_EQ(open.mesh.host, "10.1.2.3");
  expect_refused("node 0 3 10000 --master-host localhost",
                 "--master-host localhost is not an IPv4 address");
}

TEST(Options, AnswersAreLinesOrAsAYearsMastersWantThem) {
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

TEST(Options, AGridHasAName) {
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

TEST(Options, ABasePortMayComeFromTheEnvironmentAndTheOptionWins) {
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

// ---- Ephemeral ports

TEST(EphemeralPorts, ThatAreReservedAreNotEphemeral) {
  Surroundings all(PortRange{1024, 65535});
  expect_refused("node 0 3 10000", "--base-port 3000", all);
  all.reserved = read_ports("80,3000-3002\n");
  EXPECT_EQ(options_of("node 0 3 10000", all).mesh.base_port, 3000);
  expect_refused("node 0 4 10000", "ports 3000..3003 touch", all);
  all.reserved = read_ports("3000,3001,3002");
  options_of("node 0 3 10000", all);
  all.reserved = read_ports("3000,3002");
  expect_refused("node 0 3 10000", "--base-port 3000", all);
}

TEST(EphemeralPorts, AreRefusedWithTheCure) {
  const std::string sysctl = "sysctl -w net.ipv4.ip_local_reserved_ports=";
  Surroundings all(PortRange{1024, 65535});
  expect_refused("node 0 3 10000", sysctl + "3000-3002;", all);
  expect_refused("node 0 1 10000", sysctl + "3000;", all);
  all.reserved = read_ports("80,9000-9099");
  expect_refused("node 0 3 10000", sysctl + "80,9000-9099,3000-3002;", all);
  expect_refused("node 0 3 10000 --base-port 32767", sysctl + "32768-32769;");
  expect_refused("node 0 3 10000 --base-port 40000", "--ephemeral-ok");
}

TEST(EphemeralPorts, AreTakenByWhoSaysSo) {
  const std::string node = "node 0 3 10000 --base-port 40000";
  EXPECT_EQ(options_of(node + " --ephemeral-ok").mesh.base_port, 40000);
  EXPECT_TRUE(options_of(node + " --ephemeral-ok").mesh.may_meet_itself);
  EXPECT_TRUE(options_of("node 0 3 10000 --ephemeral-ok").mesh.may_meet_itself);
  EXPECT_FALSE(options_of("node 0 3 10000").mesh.may_meet_itself);
  EXPECT_FALSE(options_of("node 0 3 10000 --peer 1=127.0.0.1:5000").mesh.may_meet_itself);
  EXPECT_TRUE(options_of("node 0 3 10000 --peer 1=127.0.0.1:40000").mesh.may_meet_itself);
  for (const char* yes : {"1", "true", "yes"})
    EXPECT_EQ(options_of(node, with({{"OVID_EPHEMERAL_OK", yes}})).mesh.base_port, 40000) << yes;
  for (const char* no : {"0", "false", "no", ""})
    expect_refused(node, "--base-port 40000", with({{"OVID_EPHEMERAL_OK", no}}));
  for (const char* wrong : {"2", "maybe", " "})
    expect_refused(node, "OVID_EPHEMERAL_OK", with({{"OVID_EPHEMERAL_OK", wrong}}));
  options_of(node + " --ephemeral-ok", with({{"OVID_EPHEMERAL_OK", "maybe"}}));
  expect_refused(node + " --ephemeral-ok=0", "ephemeral-ok");
}

TEST(EphemeralPorts, AreWorthARemarkWhereMastersConnect) {
  EXPECT_TRUE(options_of("node 0 3 10000").remarks.empty());
  EXPECT_TRUE(options_of("node 0 3 40000 --ephemeral-ok").remarks.empty());
  const std::vector<std::string> remarks = options_of("node 0 3 40000").remarks;
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_NE(remarks[0].find("master port 40000 is one of the ephemeral ports 32768..60999"),
            std::string::npos);
  EXPECT_NE(remarks[0].find("ip_local_reserved_ports=40000"), std::string::npos) << remarks[0];
}

TEST(ReservedPorts, AreReadAsTheKernelWritesThem) {
  using Ranges = std::vector<PortRange>;
  EXPECT_EQ(read_ports(""), Ranges{});
  EXPECT_EQ(read_ports("\n"), Ranges{});
  EXPECT_EQ(read_ports("8080\n"), (Ranges{{8080, 8080}}));
  EXPECT_EQ(read_ports("1-4,10-10,65535\n"), (Ranges{{1, 4}, {10, 10}, {65535, 65535}}));
  EXPECT_EQ(read_ports("x,4-1,7-,-7,9"), (Ranges{{9, 9}}));
}

TEST(Options, TheEphemeralPortsAreARangeOfPorts) {
  const PortRange range = ephemeral_ports();
  EXPECT_GT(range.first, 0);
  EXPECT_LE(range.first, range.last);
  EXPECT_LE(range.last, 65535);
}

}  // namespace
}  // namespace ovid::app
