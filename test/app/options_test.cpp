#include "ovid/app/options.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ovid::app {
namespace {

using namespace std::chrono_literals;

/// `ovid` and then the words of `line`, which are separated by one space.
auto parsed(const std::string& line, const PortRange& ephemeral = {}) {
  std::vector<std::string> words{"ovid"};
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse(static_cast<int>(argv.size()), argv.data(), ephemeral);
}

Answer answer_to(const std::string& line, const PortRange& ephemeral = {}) {
  const auto result = parsed(line, ephemeral);
  const auto* answer = std::get_if<Answer>(&result);
  return answer ? *answer : Answer{"(accepted)", -1};
}

NodeOptions options_of(const std::string& line) {
  const auto result = parsed(line);
  if (const auto* answer = std::get_if<Answer>(&result)) ADD_FAILURE() << answer->text;
  const auto* options = std::get_if<NodeOptions>(&result);
  return options ? *options : NodeOptions{};
}

/// Refused with exit code 2 and one line that says `what` and how it is used.
void expect_refused(const std::string& line, const std::string& what) {
  const Answer answer = answer_to(line);
  EXPECT_EQ(answer.exit_code, 2) << line;
  EXPECT_EQ(std::count(answer.text.begin(), answer.text.end(), '\n'), 1) << answer.text;
  EXPECT_TRUE(answer.text.ends_with('\n')) << answer.text;
  EXPECT_NE(answer.text.find(what), std::string::npos) << line << " -> " << answer.text;
  EXPECT_NE(answer.text.find("usage: ovid node <id> <n> <master-port>"), std::string::npos)
      << answer.text;
}

TEST(Options, ANodeNeedsItsIdTheSizeAndAPortAndTheRestHasDefaults) {
  const NodeOptions options = options_of("node 2 3 10002");
  EXPECT_EQ(options.door.port, 10002);
  EXPECT_EQ(options.least_severity, base::Severity::Info);
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
  EXPECT_EQ(options.least_severity, base::Severity::Debug);
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
  EXPECT_EQ(answer_to("node 0 3 20000 --base-port 4998", {5000, 6000}).exit_code, 2);
  EXPECT_EQ(answer_to("node 0 2 20000 --base-port 4998", {5000, 6000}).exit_code, -1);
  EXPECT_EQ(answer_to("node 0 2 20000 --base-port 6001", {5000, 6000}).exit_code, -1);
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

TEST(Options, TheEphemeralPortsAreARangeOfPorts) {
  const PortRange range = ephemeral_ports();
  EXPECT_GT(range.first, 0);
  EXPECT_LE(range.first, range.last);
  EXPECT_LE(range.last, 65535);
}

}  // namespace
}  // namespace ovid::app
