// Ports of a node that the kernel may give to outgoing connections.

#include <string>
#include <vector>

#include "command_line.hpp"
#include <gtest/gtest.h>

namespace ovid::app {
namespace {

TEST(EphemeralPorts, MeshPortsThatTouchTheEphemeralOnesAreRefused) {
  expect_refused("node 0 1 10000 --base-port 32768", "--base-port 32768");
  expect_refused("node 0 1 10000 --base-port 60999", "--base-port 60999");
  expect_refused("node 0 2 10000 --base-port 32767", "--base-port 32767");
  options_of("node 0 1 10000 --base-port 32767");
  options_of("node 0 1 10000 --base-port 61000");
  EXPECT_EQ(answer_to("node 0 3 20000 --base-port 4998", with_ephemeral({5000, 6000})).exit_code,
            2);
  EXPECT_EQ(answer_to("node 0 2 20000 --base-port 4998", with_ephemeral({5000, 6000})).exit_code,
            -1);
  EXPECT_EQ(answer_to("node 0 2 20000 --base-port 6001", with_ephemeral({5000, 6000})).exit_code,
            -1);
}

TEST(EphemeralPorts, ThatAreReservedAreNotEphemeral) {
  Surroundings all = with_ephemeral({1024, 65535});
  expect_refused("node 0 3 10000", "--base-port 3000", all);
  all.reserved = read_ports("80,3000-3002\n");
  EXPECT_EQ(options_of("node 0 3 10000", all).mesh.base_port, 3000);
  expect_refused("node 0 4 10000", "ports 3000..3003 touch", all);
  all.reserved = read_ports("3000,3001,3002");
  options_of("node 0 3 10000", all);
  all.reserved = read_ports("3000,3002");
  expect_refused("node 0 3 10000", "--base-port 3000", all);
}

TEST(EphemeralPorts, AreRefusedWithTheCommandThatReservesThem) {
  const std::string sysctl = "sysctl -w net.ipv4.ip_local_reserved_ports=";
  Surroundings all = with_ephemeral({1024, 65535});
  expect_refused("node 0 3 10000", sysctl + "3000-3002;", all);
  expect_refused("node 0 1 10000", sysctl + "3000;", all);
  all.reserved = read_ports("80,9000-9099");
  expect_refused("node 0 3 10000", sysctl + "80,9000-9099,3000-3002;", all);
  expect_refused("node 0 3 10000 --base-port 32767", sysctl + "32768-32769;");
  expect_refused("node 0 3 10000 --base-port 40000", "--ephemeral-ok");
}

TEST(EphemeralPorts, AreAcceptedIfTheOptionIsGiven) {
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

TEST(EphemeralPorts, AsMasterPortGiveAWarning) {
  EXPECT_TRUE(options_of("node 0 3 10000").remarks.empty());
  EXPECT_TRUE(options_of("node 0 3 40000 --ephemeral-ok").remarks.empty());
  const std::vector<std::string> remarks = options_of("node 0 3 40000").remarks;
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_NE(remarks[0].find("master port 40000 is one of the ephemeral ports 32768..60999"),
            std::string::npos);
  EXPECT_NE(remarks[0].find("ip_local_reserved_ports=40000"), std::string::npos) << remarks[0];
}

}  // namespace
}  // namespace ovid::app
