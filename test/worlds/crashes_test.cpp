// An agent can crash its node at every kind of event, in both forms and in both worlds. Also: an
// agent that throws.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "director.hpp"
#include <gtest/gtest.h>

namespace ovid::worlds_test {
namespace {

struct Case {
  std::string event;
  std::string how;
  std::string outcome;
};

// "told" is what the client gets. It gets nothing if it has gone or was never there. "heard" is
// what the peer gets. It gets nothing if it is down.
const std::vector<Case> kCases{
    {"start", "at once", "told nothing, peer heard nothing, kept nothing"},
    {"line", "at once", "told nothing, peer heard nothing, kept nothing"},
    {"message", "at once", "told nothing, peer heard nothing, kept nothing"},
    {"timer", "at once", "told nothing, peer heard nothing, kept nothing"},
    {"up", "at once", "told nothing, peer heard nothing, kept nothing"},
    {"down", "at once", "told nothing, peer heard nothing, kept nothing"},
    {"gone", "at once", "told nothing, peer heard nothing, kept nothing"},
    {"start", "when sent", "told nothing, peer heard nothing, kept x"},
    {"line", "when sent", "told x, peer heard x, kept x"},
    {"message", "when sent", "told x, peer heard x, kept x"},
    {"timer", "when sent", "told x, peer heard x, kept x"},
    {"up", "when sent", "told x, peer heard x, kept x"},
    {"down", "when sent", "told x, peer heard nothing, kept x"},
    {"gone", "when sent", "told nothing, peer heard x, kept x"},
};

/// Node 0 crashes at an event, and is started again.
class Crash : private Director {
 public:
  Crash(Stage& stage, const Case& what) : Director(stage), case_(what) {}

  std::string outcome() {
    meet();
    if (event() == "start") {
      stage_.kill(0);
      sees(1, "down 0: refused");
      ends(0);
      stage_.restart(0, line());
    } else {
      stage_.line(0, "at " + event() + " " + line());
      stage_.line(0, "keep still");
      if (event() != "line") stage_.answer(0);
      let_it_happen();
    }
    const std::string told = event() == "start" || event() == "gone" ? "(end)" : stage_.answer(0);
    ends(0);
    come_back();
    return "told " + (told == "(end)" ? "nothing" : told) + ", peer heard " +
           (has(stage_.seen(1), "message 0: x") ? "x" : "nothing") + ", kept " +
           (started_with_x() ? "x" : "nothing");
  }
  using Director::account;

 private:
  const std::string& event() const { return case_.event; }
  std::string line() const { return "crash " + case_.how + " x"; }

  void let_it_happen() {
    if (event() == "message") stage_.line(1, "tell now");
    if (event() == "timer") stage_.line(0, "timer");
    if (event() == "gone") stage_.change_client(0);
    if (event() == "down" || event() == "up") stage_.kill(1);
    if (event() != "up") return;
    sees(0, "down 1: refused");
    ends(1);
    stage_.restart(1);
    sees(0, "up 1");
  }
  /// If node 0 was up for node 1 at the time of the crash, node 1 sees its end before node 0 starts
  /// again.
  void come_back() {
    const bool maybe = event() == "up" && case_.how == "at once";
    if (event() != "start" && event() != "down" && !maybe) sees(1, "down 0: refused");
    if (event() == "down") {
      ends(1);
      stage_.restart(1);
    }
    stage_.restart(0);
    sees(0, "up 1");
    if (maybe) return;
    sees(1, "up 0");
    stage_.line(1, "tell last");
    sees(0, "message 1: last");
  }
  bool started_with_x() {
    std::string last;
    for (const std::string& line : stage_.seen(0))
      if (line.starts_with("start")) last = line;
    return last.ends_with(" x");
  }
  static bool has(const Lines& lines, const std::string& what) {
    return std::find(lines.begin(), lines.end(), what) != lines.end();
  }

  const Case& case_;
};

TEST(Crashes, HaveOneOutcomeInBothWorlds) {
  for (const Case& each : kCases) {
    SCOPED_TRACE(each.event + ", " + each.how);
    std::vector<Lines> accounts;
    for (const auto& stage :
         {std::shared_ptr<Stage>(simulated_stage()), std::shared_ptr<Stage>(real_stage())}) {
      Crash crash(*stage, each);
      EXPECT_EQ(crash.outcome(), each.outcome);
      accounts.push_back(crash.account());
    }
    // Node 0 ends as soon as the session begins: whether node 1 ever sees it up is chance.
    if (each.event == "up" && each.how == "at once")
      for (Lines& lines : accounts)
        lines.erase(std::find(lines.begin(), lines.end(), "node 1"), lines.end());
    EXPECT_EQ(accounts[0], accounts[1]);
  }
}

/// An agent that throws: nothing of that turn is sent, and the log gets one line.
class Failure : private Director {
 public:
  using Director::Director;
  Lines run() {
    meet();
    stage_.line(0, "throw no\x1b[31midea");
    Lines all{stage_.answer(0)};
    sees(1, "down 0: refused");
    ends(0);
    all.push_back(stage_.failed(0) ? "failed" : "did not fail");
    stage_.restart(0);
    meet();
    for (std::string& line : account()) all.push_back(std::move(line));
    return all;
  }
};

const Lines kFailure{
    "(end)",
    "failed",
    "node 0",
    "start 0 of 2, recovered 0",
    "up 1",
    "line 1: throw no [31midea",
    "start 0 of 2, recovered 0",
    "up 1",
    "log: no\\x1b[31midea",
    "log: agent player at \"line 1: throw no [31midea\": threw: no\\x1b[31midea",
    "node 1",
    "start 1 of 2, recovered 0",
    "up 0",
    "down 0: refused",
    "up 0",
};

TEST(Crashes, AnAgentThatThrowsEndsItsSimulatedNodeWithOneLine) {
  const auto stage = simulated_stage();
  EXPECT_EQ(Failure(*stage).run(), kFailure);
}

TEST(Crashes, AnAgentThatThrowsEndsItsRealNodeWithOneLine) {
  const auto stage = real_stage();
  EXPECT_EQ(Failure(*stage).run(), kFailure);
}

}  // namespace
}  // namespace ovid::worlds_test
