// Nodes that crash as soon as everything is sent ("crash when sent"), while one of their paths is
// held.

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/sim/script.hpp"
#include "ovid/sim/world.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// Broadcasts every line; crashes when the line "last" is sent.
class Speaker final : public agent::Agent {
 public:
  void step(const agent::Event& event, agent::Effects& effects) override {
    const auto* line = std::get_if<agent::Line>(&event);
    if (!line) return;
    effects.broadcast(line->text);
    if (line->text == "last") effects.crash(agent::Crash::WhenSent);
  }
};

struct Seen {
  double ended_ms = 0;  // when node 0 noticed the end of node 1; 0 if it never did
  std::string broken;
};

/// Runs three speakers. The path 1 > 2 is held from t=1 on, and then `scenario` happens.
Seen run(const std::string& scenario) {
  auto script = parse_script("t=1 hold 1 > 2\n" + scenario, 3, 8s);
  Seen seen;
  const auto see = [&seen](const std::string& line) {
    if (line.find("node 0 peer 1 down") != std::string::npos) seen.ended_ms = 1e3 * std::stod(line);
  };
  const WorldOptions options{
      .nodes = 3,
      .make_agents =
          [](base::NodeId) { return node::alone("speaker", std::make_unique<Speaker>()); },
      .links = {}};
  World world(options, std::get<std::vector<Action>>(std::move(script)), see);
  world.run(8s);
  seen.broken = world.violation().value_or("");
  return seen;
}

/// In such a run nothing is broken, and node 0 notices the end of node 1 in this range of time.
void expect_end_between(double min_ms, double max_ms, const std::string& scenario) {
  const Seen seen = run(scenario);
  EXPECT_GT(seen.ended_ms, min_ms) << scenario;
  EXPECT_LT(seen.ended_ms, max_ms) << scenario;
  EXPECT_EQ(seen.broken, "") << scenario;
}

TEST(ANodeThatCrashesWhenSent, WaitsForAPeerThatAcknowledgesNothingAsLongAsForASilentOne) {
  expect_end_between(1600, 1610, "line 1 last\n");
}

TEST(ANodeThatCrashesWhenSent, EndsWhenWhatWasHeldIsAcknowledged) {
  expect_end_between(1500, 1510, "line 1 last\nt=1.5 release 1 > 2\n");
}

TEST(ANodeThatCrashesWhenSent, WaitsAsLongAsAcknowledgementsCome) {
  expect_end_between(2500, 2510,
                     "line 1 one\nline 1 two\nline 1 last\nt=1.5 deliver 1 > 2\nt=2 deliver 1 > 2\n"
                     "t=2.5 deliver 1 > 2\n");
}

TEST(ANodeThatCrashesWhenSent, CountsLittleOfAPauseOfItsOwn) {
  expect_end_between(1750, 1790,
                     "line 1 last\nt=1.2 pause 1\nt=1.71 continue 1\nt=1.75 release 1 > 2\n");
}

}  // namespace
}  // namespace ovid::sim
