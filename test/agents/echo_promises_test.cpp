#include "ovid/agents/echo_promises.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/agent/recorder.hpp"
#include "ovid/agents/echo.hpp"

namespace ovid::agents {
namespace {

using Effects = std::vector<agent::Effect>;

constexpr base::ClientId kClient{7};

/// Of a process that has recovered a checkpoint of 40 and two values after it.
class TheEchosPromises : public ::testing::Test {
 protected:
  TheEchosPromises() {
    const std::vector<std::string_view> appended{"1", "1"};
    step(agent::Start{{}, 1, agent::Recovered{"40", appended}}, {});
  }
  std::string step(const agent::Event& event, const Effects& effects) {
    promises_.event(event);
    for (const agent::Effect& each : effects) promises_.effect(each);
    promises_.stepped();
    return promises_.violation().value_or("");
  }
  std::string line(const Effects& effects) { return step(agent::Line{kClient, "hello"}, effects); }
  static agent::Reply reply(const std::string& text) { return {kClient, text}; }

  EchoPromises promises_;
};

TEST_F(TheEchosPromises, AreKeptByTheNextNumberAndTheLine) {
  EXPECT_EQ(line({agent::Append{"1"}, reply("43 hello\n")}), "");
  EXPECT_EQ(line({reply("44 hello\n"), agent::Append{"1"}}), "");
  EXPECT_EQ(step(agent::Timer{{1}}, {agent::Checkpoint{"44"}}), "");
  EXPECT_EQ(line({agent::Append{"1"}, reply("45 hello\n")}), "");
}

TEST_F(TheEchosPromises, AreKeptByTheEchoThroughProcesses) {
  std::vector<std::string_view> appended;
  for (int process = 0; process < 3; ++process) {
    Echo echo;
    EchoPromises promises;
    const std::vector<agent::Event> events{agent::Start{{}, 1, agent::Recovered{"7", appended}},
                                           agent::Line{kClient, "a"}, agent::Line{{8}, ""},
                                           agent::Timer{{1}}, agent::ClientGone{kClient}};
    for (const agent::Event& event : events) {
      agent::Recorder done;
      promises.event(event);
      echo.step(event, done);
      for (const agent::Effect& each : done.take()) promises.effect(each);
      promises.stepped();
    }
    EXPECT_EQ(promises.violation(), std::nullopt);
    appended.emplace_back("1");
  }
}

TEST_F(TheEchosPromises, AreBrokenByANumberOfAnEarlierProcess) {
  EXPECT_EQ(line({agent::Append{"1"}, reply("42 hello\n")}),
            "does reply 7: 42 hello , not reply 7: 43 hello ");
}

TEST_F(TheEchosPromises, AreBrokenByANumberTwice) {
  line({agent::Append{"1"}, reply("43 hello\n")});
  EXPECT_NE(line({agent::Append{"1"}, reply("43 hello\n")}), "");
}

TEST_F(TheEchosPromises, AreBrokenByANumberThatANodeWouldGiveAgainAfterACrash) {
  EXPECT_EQ(line({reply("43 hello\n")}), "gives the number 43 and keeps only that 42 were given");
}

TEST_F(TheEchosPromises, AreBrokenByACheckpointThatForgetsNumbers) {
  line({agent::Append{"1"}, reply("43 hello\n")});
  EXPECT_EQ(step(agent::Timer{{1}}, {agent::Checkpoint{"42"}}),
            "a checkpoint of 42 forgets that 43 numbers were given");
}

TEST_F(TheEchosPromises, AreBrokenByACheckpointThatIsNoNumber) {
  EXPECT_EQ(step(agent::Timer{{1}}, {agent::Checkpoint{"many"}}), "a checkpoint is no number");
}

TEST_F(TheEchosPromises, AreBrokenByAnotherText) {
  EXPECT_NE(line({agent::Append{"1"}, reply("43 hell\n")}), "");
}

TEST_F(TheEchosPromises, AreBrokenByAMissingAnswer) {
  EXPECT_EQ(line({agent::Append{"1"}}), "does not do: reply 7: 43 hello ");
}

TEST_F(TheEchosPromises, AreBrokenByAnAnswerThatNobodyAskedFor) {
  EXPECT_EQ(step(agent::Timer{{1}}, {agent::Append{"1"}, reply("43 hello\n")}),
            "does what nobody asked for: reply 7: 43 hello ");
}

TEST_F(TheEchosPromises, AreBrokenByASecondAnswer) {
  const agent::Reply answer = reply("43 hello\n");
  EXPECT_NE(line({agent::Append{"1"}, answer, agent::Append{"1"}, answer}), "");
}

}  // namespace
}  // namespace ovid::agents
