// One agent, two worlds: what the agent sees on real sockets and in the simulator is the same, line
// by line, even if its node crashes.

#include <string>
#include <utility>

#include "director.hpp"
#include <gtest/gtest.h>

namespace ovid::worlds_test {
namespace {

/// The same script for both worlds.
class Play : private Director {
 public:
  using Director::Director;

  /// The results: the answers, then what each node has seen, in order.
  Lines run() {
    meet();
    stage_.line(0, "say hello");
    sees(1, "message 0: hello");
    stage_.line(1, "tell ask");
    sees(0, "message 1: ask");
    sees(1, "message 0: answer");
    stage_.line(0, "self again");
    sees(0, "message 0: again", 3);
    stage_.line(0, "timer");
    sees(0, "timer 1");
    for (const char* line : {"keep a", "keep b"}) is_answered(0, line);
    stage_.line(0, "point c");
    is_answered(0, "keep d");
    stage_.change_client(0);
    sees(0, "gone 1");
    crashes("crash when sent e");
    crashes("crash at once f");
    crashes("crash when sent g");
    stage_.line(1, "tell last");
    sees(0, "message 1: last");
    Lines all = answers_;
    for (std::string& line : account()) all.push_back(std::move(line));
    return all;
  }

 private:
  void is_answered(int node, const std::string& line) {
    stage_.line(node, line);
    answers_.push_back(line + " -> " + stage_.answer(node));
  }
  /// The line makes node 0 crash; the node is started again.
  void crashes(const std::string& line) {
    is_answered(0, line);
    answers_.push_back(line + " -> " + stage_.answer(0));
    sees(1, "down 0: refused");
    ends(0);
    stage_.restart(0);
    meet();
  }

  Lines answers_;
};

const Lines kBothWorlds{
    "keep a -> kept a",
    "keep b -> kept b",
    "keep d -> kept d",
    "crash when sent e -> e",
    "crash when sent e -> (end)",
    "crash at once f -> (end)",
    "crash at once f -> (end)",
    "crash when sent g -> g",
    "crash when sent g -> (end)",
    "node 0",
    "start 0 of 2, recovered 0",
    "up 1",
    "line 1: say hello",
    "message 1: ask",
    "line 1: self again",
    "message 0: again",
    "message 0: again",
    "message 0: again",
    "line 1: timer",
    "timer 1",
    "line 1: keep a",
    "line 1: keep b",
    "line 1: point c",
    "line 1: keep d",
    "gone 1",
    "line 2: crash when sent e",
    "start 0 of 2, checkpoint c, recovered 2 d e",
    "up 1",
    "line 1: crash at once f",
    "start 0 of 2, checkpoint c, recovered 2 d e",
    "up 1",
    "line 1: crash when sent g",
    "start 0 of 2, checkpoint c, recovered 3 d e g",
    "up 1",
    "message 1: last",
    "log: from here on",
    "log: e",
    "log: f",
    "log: g",
    "node 1",
    "start 1 of 2, recovered 0",
    "up 0",
    "message 0: hello",
    "line 1: tell ask",
    "message 0: answer",
    "message 0: e",
    "down 0: refused",
    "up 0",
    "down 0: refused",
    "up 0",
    "message 0: g",
    "down 0: refused",
    "up 0",
    "line 1: tell last",
};

TEST(Worlds, TheSimulatedOneIsAsExpected) {
  const auto stage = simulated_stage();
  EXPECT_EQ(Play(*stage).run(), kBothWorlds);
}

TEST(Worlds, TheRealOneIsTheSame) {
  const auto stage = real_stage();
  EXPECT_EQ(Play(*stage).run(), kBothWorlds);
}

}  // namespace
}  // namespace ovid::worlds_test
