// What several agents of a node recover after a kill fits together: the log that they share was cut
// at one place.

#include "ovid/sim/contract_checker.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "small_world.hpp"
#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using Values = std::vector<std::string_view>;

constexpr agent::AgentId kFirst{0};
constexpr agent::AgentId kSecond{1};

/// A node with two agents, whose process never runs: the test tells the checker what they do.
class SharedLog : public ::testing::Test, protected SmallWorld {
 protected:
  SharedLog() : SmallWorld(1), host_(add({.self = {0}, .nodes = 1}, {})) {}

  /// Forgets everything.
  void begin() {
    findings_ = {};
    checker_.emplace(1, findings_);
  }
  void append(agent::AgentId agent, const std::string& value) {
    checker_->effect(host_, {}, agent, agent::Append{value});
  }
  void crash(agent::Crash how) { checker_->effect(host_, {}, kFirst, agent::CrashNode{how}); }
  void starts(agent::AgentId agent, const Values& values) {
    const agent::Recovered recovered{std::nullopt, values};
    checker_->event(host_, {}, agent, agent::Start{{host_.id(), agent}, 1, recovered});
  }
  void end() { checker_->ended(host_.id()); }
  bool holds() const { return !findings_.first(); }

  Host& host_;
  Findings findings_;
  std::optional<ContractChecker> checker_;
};

TEST_F(SharedLog, IsCutAtOnePlaceForAllAgents) {
  const std::vector<std::pair<Values, Values>> cuts{{Values{}, Values{}},
                                                    {Values{"a"}, Values{}},
                                                    {Values{"a"}, Values{"b"}},
                                                    {Values{"a", "c"}, Values{"b"}}};
  for (const Values& of_first : {Values{}, Values{"a"}, Values{"a", "c"}, Values{"c"}}) {
    for (const Values& of_second : {Values{}, Values{"b"}}) {
      begin();
      append(kFirst, "a");
      append(kSecond, "b");
      append(kFirst, "c");
      end();
      starts(kFirst, of_first);
      starts(kSecond, of_second);
      const bool right = std::count(cuts.begin(), cuts.end(), std::pair(of_first, of_second)) > 0;
      EXPECT_EQ(holds(), right) << of_first.size() << " and " << of_second.size();
    }
  }
}

TEST_F(SharedLog, ContinuesBehindTheCutWithWhatAnAgentAppendsWhenItStarts) {
  for (const bool keeps : {true, false}) {
    begin();
    append(kFirst, "a");
    append(kSecond, "b");
    end();
    starts(kFirst, {"a"});
    append(kFirst, "new");
    starts(kSecond, {});
    checker_->synced(host_);
    checker_->turn_begins(host_);
    EXPECT_TRUE(holds());
    end();
    starts(kFirst, {"a", "new"});
    EXPECT_TRUE(holds());
    starts(kSecond, keeps ? Values{} : Values{"b"});
    EXPECT_EQ(holds(), keeps);
  }
}

TEST_F(SharedLog, StaysCutThereIfNotAllAgentsStart) {
  for (const agent::Crash how : {agent::Crash::AtOnce, agent::Crash::WhenSent}) {
    const bool synced = how == agent::Crash::WhenSent;
    for (const Values& of_second : {Values{}, Values{"b"}, Values{"b", "d"}}) {
      begin();
      for (const char* value : {"b", "d"}) append(kSecond, value);
      append(kFirst, "a");
      end();
      starts(kFirst, {});
      append(kFirst, "new");
      crash(how);
      if (synced) checker_->synced(host_);
      checker_->turn_begins(host_);
      end();
      starts(kFirst, synced ? Values{"new"} : Values{});
      starts(kSecond, of_second);
      EXPECT_TRUE(holds());
      end();
      starts(kFirst, synced ? Values{"new"} : Values{});
      starts(kSecond, {"d"});
      EXPECT_FALSE(holds());
    }
  }
}

}  // namespace
}  // namespace ovid::sim
