// A node is a function of its inputs. Every process of complete simulated runs, with faults, is
// recorded, and its inputs are replayed into a fresh node.

#include "ovid/node/replay.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/sim/schedule.hpp"
#include "ovid/sim/world.hpp"
#include "ovid/sim/zoo.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr int kNodes = 4;
constexpr base::Duration kLength = 15s;

struct Recorded {
  base::NodeId node;
  int life = 0;
  std::unique_ptr<node::Recorder> process;
  bool killed_inside_turn = false;

  /// Complete turns only. If a process was killed inside a turn, the rest of that turn is unknown,
  /// so the turn is left out.
  std::vector<node::Entry> entries() const {
    std::vector<node::Entry> entries = process->entries();
    const auto begins = [](const node::Entry& entry) {
      return std::holds_alternative<node::TurnBegins>(entry);
    };
    if (killed_inside_turn)
      entries.erase(std::find_if(entries.rbegin(), entries.rend(), begins).base() - 1,
                    entries.end());
    return entries;
  }
};

link::Config config_of(base::NodeId node) {
  return link::Config::for_grid(node, kNodes, kNodes);
}

std::vector<node::Hosted> creatures(std::uint64_t seed, base::NodeId node) {
  return make_creatures({.seed = seed, .agents = 2, .pace_max = 20ms}, node);
}

/// Records all processes of a run with faults of all kinds.
std::vector<Recorded> record_run(std::uint64_t seed) {
  std::vector<Recorded> recorded;
  std::array<int, kNodes> lives{};
  WorldOptions options{
      .nodes = kNodes,
      .seed = seed,
      .make_agents = [seed](base::NodeId node) { return creatures(seed, node); },
      .links = config_of({}),
      .broadcasts_per_s = 20,
      .broadcasts_until = kLength - 6s,
      .creatures = true,
      .crashes_until = quiet_from(kLength),
      .between =
          [&](base::NodeId node, const node::Services& host) {
            recorded.push_back({node, ++lives[node.value], std::make_unique<node::Recorder>(host)});
            return recorded.back().process->services();
          }};
  const auto faults = std::get<Faults>(parse_faults("all"));
  World world(options, make_schedule({.nodes = kNodes, .length = kLength, .faults = faults}, seed));
  world.run(kLength);
  EXPECT_EQ(world.violation(), std::nullopt);
  for (const Killed& killed : world.killed())
    std::find_if(recorded.begin(), recorded.end(), [&](const Recorded& each) {
      return each.node == killed.node && each.life == killed.life;
    })->killed_inside_turn = true;
  return recorded;
}

std::string replayed(const Recorded& recorded, std::uint64_t seed) {
  observe::Stream stream;
  const auto divergence = node::replay(recorded.entries(), config_of(recorded.node),
                                       creatures(seed, recorded.node), stream, true);
  return divergence ? std::to_string(divergence->entry) + ": " + divergence->what : "the same";
}

TEST(Replay, OfEveryProcessOfARunHasTheSameEffects) {
  std::size_t processes = 0;
  std::size_t entries = 0;
  std::size_t killed_inside_turns = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    for (const Recorded& each : record_run(seed)) {
      EXPECT_EQ(replayed(each, seed), "the same") << "seed " << seed << " node " << each.node.value;
      ++processes;
      entries += each.process->entries().size();
      killed_inside_turns += each.killed_inside_turn ? 1 : 0;
    }
  EXPECT_GT(processes, 8u * kNodes) << "some were restarted";
  EXPECT_GT(entries, 100'000u);
  EXPECT_LT(2 * killed_inside_turns, processes);
}

TEST(Replay, OfAnotherAgentGoesAnotherWay) {
  const std::vector<Recorded> recorded = record_run(1);
  EXPECT_NE(replayed(recorded.front(), 2), "the same");
}

}  // namespace
}  // namespace ovid::sim
