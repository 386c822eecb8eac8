// Random faults: the same seed gives the same faults, and all of them end early enough.

#include "ovid/sim/schedule.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/sim/limits.hpp"
#include "ovid/sim/local_clock.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

std::vector<Action> schedule(std::uint64_t seed, int count = 0) {
  return make_schedule(
      {.nodes = 5, .length = 30s, .faults = std::get<Faults>(parse_faults("all")), .count = count},
      seed);
}

std::string text(std::uint64_t seed) {
  std::string lines;
  for (const Action& action : schedule(seed)) lines += text_of(action) + "\n";
  return lines;
}

TEST(Schedules, AreTheSameForTheSameSeedAndDifferForOthers) {
  EXPECT_EQ(text(7), text(7));
  EXPECT_NE(text(7), text(8));
}

TEST(Schedules, CanBeWrittenAsAScript) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    for (const Action& action : schedule(seed)) {
      const auto read = parse_action(text_of(action), 5);
      ASSERT_TRUE(std::holds_alternative<Action>(read)) << text_of(action);
      EXPECT_EQ(text_of(std::get<Action>(read)), text_of(action));
    }
}

TEST(Schedules, AreInOrderOfTimeAndOverBeforeTheQuietEnd) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto actions = schedule(seed);
    EXPECT_GE(actions.size(), 1u);
    EXPECT_LE(actions.size(), 12u);
    EXPECT_TRUE(std::is_sorted(actions.begin(), actions.end(),
                               [](const Action& x, const Action& y) { return x.at < y.at; }));
    for (const Action& action : actions)
      EXPECT_LE(action.at + action.lasting, quiet_from(30s)) << text_of(action);
  }
}

TEST(Schedules, HoldAsManyFaultsAsAskedForAndEachKind) {
  const auto actions = schedule(1, 500);
  const Faults all = std::get<Faults>(parse_faults("all"));
  EXPECT_EQ(actions.size(), 500u);
  for (const Verb verb : all)
    EXPECT_TRUE(std::any_of(actions.begin(), actions.end(), [verb](const Action& action) {
      return action.verb == verb;
    })) << word_of(verb);
}

TEST(Schedules, HaveOneCrashOrPartitionThatNeverEndsIfThatIsAskedFor) {
  int crashes = 0;
  int partitions = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    for (const bool permanent : {false, true}) {
      const auto actions = make_schedule({.nodes = 5,
                                          .length = 30s,
                                          .faults = {Verb::Crash, Verb::Partition, Verb::Pause},
                                          .count = 8,
                                          .permanent = permanent},
                                         seed);
      int endless = 0;
      int able = 0;
      for (const Action& action : actions) {
        const bool may_be = action.verb == Verb::Crash || action.verb == Verb::Partition;
        able += may_be ? 1 : 0;
        if (action.lasting > 0s) continue;
        ++endless;
        EXPECT_TRUE(may_be) << text_of(action);
        ++(action.verb == Verb::Crash ? crashes : partitions);
      }
      EXPECT_EQ(endless, permanent && able > 0 ? 1 : 0) << seed;
    }
  EXPECT_GT(crashes, 20);
  EXPECT_GT(partitions, 20);
}

TEST(Schedules, AreEmptyWhereNoFaultFits) {
  const auto faults = [](int nodes, base::Duration length) {
    return make_schedule(
               {.nodes = nodes, .length = length, .faults = std::get<Faults>(parse_faults("all"))},
               1)
        .size();
  };
  EXPECT_EQ(faults(1, 30s), 0u);
  EXPECT_EQ(faults(5, 6599ms), 0u);
  EXPECT_FALSE(room_for_faults(1, 30s));
  EXPECT_FALSE(room_for_faults(5, 6599ms));
  EXPECT_GT(faults(2, 6600ms), 0u);
  EXPECT_TRUE(room_for_faults(2, 6600ms));
}

TEST(Schedules, MakePathsPoorInWaysThatEndNoSession) {
  link::Config links;
  links.silence = 400ms;  // the least that a campaign draws
  const Limits limits(links, Traits());
  const auto actions =
      make_schedule({.nodes = 5, .length = 30s, .faults = {Verb::Poor}, .count = 1000}, 1);
  ASSERT_EQ(actions.size(), 1000u);
  for (const Action& action : actions) {
    EXPECT_TRUE(limits.harmless(action.quality)) << text_of(action);
    EXPECT_FALSE(action.quality.perfect()) << text_of(action);
    EXPECT_NE(action.left, action.right) << text_of(action);
    EXPECT_EQ(text_of(std::get<Action>(parse_action(text_of(action), 5))), text_of(action));
  }
  EXPECT_FALSE(limits.harmless({.loss_percent = 0.1}));
  EXPECT_FALSE(limits.harmless({.delay = 101ms}));
  EXPECT_FALSE(limits.harmless({.rate_bits_per_s = 1'000'000}));
}

TEST(Faults, AreNamedByTheirWords) {
  const Faults all = std::get<Faults>(parse_faults("all"));
  EXPECT_EQ(std::count(all.begin(), all.end(), Verb::Poor), 0);
  EXPECT_EQ(std::get<Faults>(parse_faults("all,poor")).size(), all.size() + 1);
  EXPECT_EQ(std::get<Faults>(parse_faults("poor")), Faults{Verb::Poor});

  EXPECT_EQ(std::get<Faults>(parse_faults("crash,cut")), (Faults{Verb::Crash, Verb::Cut}));
  EXPECT_TRUE(std::get<Faults>(parse_faults("none")).empty());
  for (const std::string wrong : {"", "crash,", "heal", "line", "fire"})
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_faults(wrong))) << wrong;
}

TEST(ALocalClock, StartsAnywhereAndRunsAtTheWorldsPace) {
  const LocalClock clock(1000s);
  EXPECT_EQ(clock.local(base::Time(0s)), base::Time(1000s));
  EXPECT_EQ(clock.local(base::Time(5s)), base::Time(1005s));
}

TEST(ALocalClock, DriftsWithoutAJump) {
  LocalClock clock(1000s);
  clock.drift(base::Time(10s), 5000);
  EXPECT_EQ(clock.local(base::Time(10s)), base::Time(1010s));
  EXPECT_EQ(clock.local(base::Time(20s)), base::Time(1020s + 50ms));
  clock.drift(base::Time(20s), -5000);
  EXPECT_EQ(clock.local(base::Time(20s)), base::Time(1020s + 50ms));
  EXPECT_EQ(clock.local(base::Time(30s)), base::Time(1030s));
}

TEST(ALocalClock, TellsWhenATimeOfItsOwnIsReached) {
  for (const std::int64_t ppm : {0, 5000, -5000, 1, -1}) {
    LocalClock clock(77s);
    clock.drift(base::Time(3s), ppm);
    for (const base::Duration ahead :
         {base::Duration(1us), base::Duration(125ms), base::Duration(1s)}) {
      const base::Time local = clock.local(base::Time(3s)) + ahead;
      const base::Time world = clock.world(local);
      EXPECT_GE(clock.local(world), local) << ppm;
      EXPECT_LE(clock.local(world), local + 30us) << ppm;
    }
  }
  EXPECT_EQ(LocalClock(1s).world(base::kNever), base::kNever);
}

}  // namespace
}  // namespace ovid::sim
