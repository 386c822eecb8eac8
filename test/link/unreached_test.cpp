// Peers that are not reached: one line for all of them, not too early and not too often.

#include <string>
#include <vector>

#include "network.hpp"
#include <gtest/gtest.h>

namespace ovid::test {
namespace {

/// The lines about peers that are not reached, in order.
std::vector<std::string> lines_of(Network& net, int node) {
  std::vector<std::string> lines;
  for (const auto& event : net[node].happened.all<observe::NotReached>())
    lines.push_back(observe::text_of(event));
  return lines;
}

TEST(Unreached, AGridThatComesUpSaysNothing) {
  Network net(5);
  net.start_all();
  net.run(5s);
  EXPECT_TRUE(lines_of(net, 0).empty());
}

TEST(Unreached, AloneInAGridOfOneSaysNothing) {
  Network net(1);
  net.start_all();
  net.run(100s);
  EXPECT_TRUE(lines_of(net, 0).empty());
}

TEST(Unreached, PeersAreNamedAfterThreeSecondsWithTheReasonAndThenOnceAMinute) {
  Network net(4);
  net.wire(0, 3).cut = true;
  net.start(0);
  net.start(1);
  net.start(3);
  net.run(2900ms);
  EXPECT_TRUE(lines_of(net, 0).empty());
  net.run(200ms);
  ASSERT_EQ(lines_of(net, 0).size(), 1u);
  const std::string first = lines_of(net, 0).front();
  EXPECT_TRUE(first.starts_with("not reached for 3 s: 2 (refused, ")) << first;
  EXPECT_NE(first.find(" attempts), 3 (no connection in time, "), std::string::npos) << first;
  EXPECT_EQ(first.find("1 ("), std::string::npos) << first;
  net.run(59s);
  EXPECT_EQ(lines_of(net, 0).size(), 1u);
  net.run(2s);
  ASSERT_EQ(lines_of(net, 0).size(), 2u);
  EXPECT_TRUE(lines_of(net, 0).back().starts_with("not reached for 63 s: 2 (")) << first;
  net.run(60s);
  EXPECT_EQ(lines_of(net, 0).size(), 3u);
}

TEST(Unreached, AnotherSetIsNamedWhenItHasBeenTheSameForThreeSeconds) {
  Network net(4);
  net.start(0);
  net.start(1);
  net.run(4s);
  net.start(2);
  net.run(2900ms);
  EXPECT_EQ(lines_of(net, 0).size(), 1u);
  net.run(200ms);
  ASSERT_EQ(lines_of(net, 0).size(), 2u);
  EXPECT_TRUE(lines_of(net, 0).back().starts_with("not reached for 3 s: 3 ("));
  net.start(3);
  net.run(61s);
  EXPECT_EQ(lines_of(net, 0).size(), 2u) << "all are reached";
  net.kill(2);
  net.run(4s);
  EXPECT_EQ(lines_of(net, 0).size(), 3u);
}

TEST(Unreached, WhileNodesComeAndGoNothingIsSaid) {
  Network net(4);
  net.start(0);
  for (int i = 0; i < 20; ++i) {
    net.start(1);
    net.run(2s);
    net.kill(1);
    net.run(500ms);
  }
  EXPECT_TRUE(lines_of(net, 0).empty()) << "as in the labs, where nodes start one after the other";
}

TEST(Unreached, SomebodyWhoComesAndGoesAllTheTimeDoesNotHideTheOthers) {
  Network net(4);
  net.start(0);
  for (int i = 0; i < 40; ++i) {
    net.start(1);
    net.run(2s);
    net.kill(1);
    net.run(500ms);
  }
  const std::size_t lines = lines_of(net, 0).size();
  EXPECT_EQ(lines, 1u) << "in 100 s";
}

TEST(Unreached, TenAreNamedAndTheRestCounted) {
  Network net(20);
  net.start(3);
  net.run(4s);
  ASSERT_EQ(lines_of(net, 3).size(), 1u);
  const std::string line = lines_of(net, 3).front();
  EXPECT_NE(line.find(": 0 ("), std::string::npos) << line;
  EXPECT_NE(line.find(", 10 ("), std::string::npos) << line;
  EXPECT_EQ(line.find(", 11 ("), std::string::npos) << line;
  EXPECT_TRUE(line.ends_with(", and 9 more")) << line;
}

TEST(Unreached, APeerThatIsConnectedAndDoesNotAnswerIsNamedSo) {
  Network net(2);
  net.start(1);
  net.stop(1);
  net.start(0);
  net.run(4s);
  ASSERT_EQ(lines_of(net, 0).size(), 1u);
  EXPECT_NE(lines_of(net, 0).front().find("1 (connected, no answer, "), std::string::npos);
}

TEST(Unreached, AConnectionThatEndsBeforeItIsMadeIsOneWithoutAHandshake) {
  Network net(2);
  net.start(0);
  for (int i = 0; i < 400; ++i) {
    Wire& wire = net.wire(0, 1);
    if (wire.outcome) wire.outcome = link::Report::Disconnected;
    net.run(10ms);
  }
  ASSERT_EQ(lines_of(net, 0).size(), 1u);
  EXPECT_NE(lines_of(net, 0).front().find("1 (no handshake, "), std::string::npos)
      << lines_of(net, 0).front();
}

}  // namespace
}  // namespace ovid::test
