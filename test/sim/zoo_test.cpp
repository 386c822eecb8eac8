// Creatures crash exactly at the event at which they were told to crash.

#include "ovid/sim/zoo.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/agent/effect.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr base::ClientId kClient{7};

/// One creature. The test collects the crashes that it asks for.
class ACreature : public ::testing::Test, private agent::AsValues {
 protected:
  ACreature() : hosted_(make_creatures({.seed = 1, .agents = 1, .pace_max = 1s}, {0})) {
    step(agent::Start{{{0}, {0}}, 3, agent::Recovered{}});
  }
  void step(const agent::Event& event) { hosted_.front().agent->step(event, *this); }
  void hear(const std::string& line) { step(agent::Line{kClient, line}); }
  /// Events of other kinds than a line. None of them crashes a creature that was not told to crash.
  void live() {
    step(agent::Message{{{1}, {0}}, "hello"});
    step(agent::Timer{{0}});
    step(agent::PeerUp{{1}});
    step(agent::PeerDown{{1}, {}});
  }
  const std::vector<agent::Crash>& crashes() const { return crashes_; }

 private:
  void done(agent::Effect effect) override {
    if (const auto* crash = std::get_if<agent::CrashNode>(&effect)) crashes_.push_back(crash->how);
  }

  std::vector<node::Hosted> hosted_;
  std::vector<agent::Crash> crashes_;
};

TEST_F(ACreature, CrashesOnlyWhenItIsTold) {
  live();
  hear("anything");
  EXPECT_TRUE(crashes().empty());
}

TEST_F(ACreature, CrashesAtTheLineThatTells) {
  hear(std::string(kLineCrashAtOnce) + "line");
  EXPECT_EQ(crashes(), std::vector{agent::Crash::AtOnce});
}

TEST_F(ACreature, CrashesInTheKindOfEventThatItIsTold) {
  const std::vector<std::pair<std::string, agent::Event>> events{
      {"message", agent::Message{{{1}, {0}}, "hello"}},
      {"timer", agent::Timer{{0}}},
      {"peer up", agent::PeerUp{{1}}},
      {"peer down", agent::PeerDown{{1}, {}}}};
  for (const auto& [kind, event] : events)
    for (const auto& [line, how] : {std::pair(kLineCrashAtOnce, agent::Crash::AtOnce),
                                    std::pair(kLineCrashWhenSent, agent::Crash::WhenSent)}) {
      const std::size_t before = crashes().size();
      hear(line + kind);
      for (const auto& [other, meanwhile] : events)
        if (other != kind) step(meanwhile);
      EXPECT_EQ(crashes().size(), before) << kind;
      step(event);
      ASSERT_EQ(crashes().size(), before + 1) << kind;
      EXPECT_EQ(crashes().back(), how) << kind;
      step(agent::Message{{{0}, {0}}, kLineSpare});
    }
}

TEST_F(ACreature, ThatIsSparedDoesNotCrash) {
  hear(std::string(kLineCrashAtOnce) + "timer");
  step(agent::Message{{{0}, {0}}, kLineSpare});
  live();
  EXPECT_TRUE(crashes().empty());
}

}  // namespace
}  // namespace ovid::sim
