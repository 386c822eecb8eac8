#include "ovid/agents/echo.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/agent/recorder.hpp"

namespace ovid::agents {
namespace {

using Done = std::vector<std::string>;

Done after(Echo& echo, const agent::Event& event) {
  agent::Recorder done;
  echo.step(event, done);
  return done.take_texts();
}

TEST(Echo, CountsWhatItAnswersAndKeepsTheCount) {
  Echo echo;
  EXPECT_EQ(after(echo, agent::Start{{}, 1, agent::Recovered{}}), Done{});
  EXPECT_EQ(after(echo, agent::Line{{7}, "hello"}),
            (Done{"append: 1", "timer 1: 1000..1000 ms", "reply 7: 1 hello "}));
  EXPECT_EQ(after(echo, agent::Timer{{1}}), (Done{"checkpoint: 1"}));
}

TEST(Echo, ContinuesFromItsCheckpointAndWhatWasAppendedAfterIt) {
  Echo echo;
  const std::vector<std::string_view> appended{"1", "1"};
  after(echo, agent::Start{{}, 1, agent::Recovered{"40", appended}});
  EXPECT_EQ(after(echo, agent::Line{{7}, "hello"}).back(), "reply 7: 43 hello ");
}

}  // namespace
}  // namespace ovid::agents
