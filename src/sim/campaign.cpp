#include "ovid/sim/campaign.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ovid/sim/limits.hpp"
#include "ovid/sim/seeded_random.hpp"
#include "ovid/sim/zoo.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLastEvents = 40;
/// The maximum time between two actions of a creature is drawn from kPaceMin..kPaceMax. In large
/// grids it is multiplied by nodes / kPaceNodes.
constexpr int kPaceNodes = 5;
constexpr base::Duration kPaceMin = 500ms;
constexpr base::Duration kPaceMax = 4s;
/// Clients send nothing in this last part of a run, so that all they have sent can arrive.
constexpr base::Duration kSilentEnd = 2s;
/// On poor paths that part is longer: by the time for so many bytes (bursts of lines) and long
/// texts, by so many delays, and by the timeouts if a packet is lost four times.
constexpr std::int64_t kLastBytes = std::int64_t{128} << 10;
constexpr std::int64_t kLastLongTexts = 5;
constexpr int kLastDelays = 20;
constexpr base::Duration kLastTimeouts = 5s;

constexpr int kNodesDrawnMax = 9;

template <typename Value, std::size_t kCount>
Value one_of(SeededRandom& random, const std::array<Value, kCount>& values) {
  return values[random.below(kCount)];
}

/// Multiplies a timeout by times / over.
struct Factor {
  int times = 1;
  int over = 1;
};
constexpr std::array<Factor, 4> kSilenceFactors{{{2, 3}, {1, 1}, {1, 1}, {5, 3}}};
constexpr std::array<Factor, 4> kHelloFactors{{{1, 2}, {1, 1}, {1, 1}, {3, 2}}};

base::Duration operator*(base::Duration wait, const Factor& factor) {
  return wait * factor.times / factor.over;
}

/// From machines next to each other to offices, phones and other continents.
PathQuality drawn_path(std::uint64_t seed) {
  constexpr std::array<std::int64_t, 5> kRatesKbit{0, 256, 1000, 10'000, 1'000'000};
  constexpr std::array<base::Duration, 4> kDelays{0ms, 500us, 50ms, 150ms};
  constexpr std::array<double, 4> kLosses{0, 0, 1, 5};
  constexpr std::array<std::int64_t, 3> kQueuesKib{16, 64, 256};
  SeededRandom random(seed ^ 0x70617468);
  PathQuality path;
  path.rate_bits_per_s = one_of(random, kRatesKbit) * 1000;
  path.delay = one_of(random, kDelays);
  path.loss_percent = one_of(random, kLosses);
  path.queue_bytes = one_of(random, kQueuesKib) << 10;
  // Sessions may end, rarely, where the round trip takes 300 ms and 5 % are lost.
  if (path.delay == kDelays.back()) path.loss_percent = std::min(path.loss_percent, 1.0);
  return path;
}

/// Until when clients send.
base::Duration broadcasts_until(const CampaignOptions& options, const PathQuality& path) {
  const std::int64_t bytes =
      kLastBytes + kLastLongTexts * static_cast<std::int64_t>(options.long_text_bytes);
  const base::Duration end = kSilentEnd + path.time_of(bytes) + kLastDelays * path.delay +
                             (path.loss_percent > 0 ? kLastTimeouts : 0s);
  return std::max(base::Duration{}, options.length - end);
}

}  // namespace

Drawn drawn_by(const CampaignOptions& options, std::uint64_t seed) {
  SeededRandom random(seed ^ 0x64726177);
  Drawn drawn{options.nodes, options.links, options.network};
  const int nodes = 1 + static_cast<int>(random.below(kNodesDrawnMax));
  if (options.nodes == 0) drawn.nodes = nodes;
  drawn.links.unacked_bytes_max = unacked_bytes_max(options);
  if (options.draw_path) drawn.network.path = drawn_path(seed);
  if (!options.draw) return drawn;
  drawn.links.silence = drawn.links.silence * one_of(random, kSilenceFactors);
  drawn.links.ping = drawn.links.silence / 2;
  drawn.links.hello = drawn.links.hello * one_of(random, kHelloFactors);
  const std::size_t unacked_kib = one_of(random, std::array<std::size_t, 4>{64, 64, 256, 1024});
  if (options.unacked_bytes_max == 0)
    drawn.links.unacked_bytes_max = std::max(drawn.links.unacked_bytes_max, unacked_kib << 10);
  drawn.network.in_flight_max =
      one_of<std::size_t>(random, std::array<std::size_t, 4>{8, 64, 64, 256});
  const std::array<std::pair<base::Duration, base::Duration>, 4> latencies{
      {{10us, 30us}, {50us, 150us}, {300us, 2ms}, {2ms, 8ms}}};
  std::tie(drawn.network.latency_min, drawn.network.latency_max) = one_of(random, latencies);
  // In a very large grid, the run might end before the nodes notice a fault that never ends.
  const bool noticed = Limits(drawn.links, drawn.network).unseen_after <= kRecovery;
  drawn.permanent = random.chance(1, 6) && noticed;
  return drawn;
}

namespace {

std::vector<Action> schedule_of(const CampaignOptions& options, std::uint64_t seed) {
  const Drawn drawn = drawn_by(options, seed);
  return make_schedule({.nodes = drawn.nodes,
                        .length = options.length,
                        .faults = options.faults,
                        .count = options.fault_count,
                        .permanent = drawn.permanent},
                       seed);
}

Host::MakeAgents creatures_of(int nodes, std::uint64_t seed) {
  SeededRandom random(seed ^ 0x7a6f6f);
  ZooOptions zoo;
  zoo.seed = random.next();
  zoo.agents = random.chance(1, 3) ? 2 : 1;
  zoo.pace_max = random.between(kPaceMin, kPaceMax) * std::max(1, nodes / kPaceNodes);
  return [zoo](base::NodeId node) { return make_creatures(zoo, node); };
}

bool has_creatures(const CampaignOptions& options, std::uint64_t seed) {
  switch (options.creatures) {
    case Creatures::Never:
      return false;
    case Creatures::Always:
      return true;
    case Creatures::BySeed:
      break;
  }
  return SeededRandom(seed ^ 0x68616c66).chance(1, 2);
}

/// Creatures crash only if the options contain crashes, and early enough for the nodes to be back
/// at the end of the run.
base::Duration crashes_until(const CampaignOptions& options) {
  const auto& faults = options.faults;
  const bool any = std::find(faults.begin(), faults.end(), Verb::Crash) != faults.end();
  return any ? quiet_from(options.length) : base::Duration{};
}

}  // namespace

std::vector<std::size_t> chosen_faults(const CampaignOptions& options, std::uint64_t seed) {
  const std::size_t count = schedule_of(options, seed).size();
  std::vector<std::size_t> chosen(count);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  if (!options.only_faults) return chosen;
  chosen = *options.only_faults;
  std::erase_if(chosen, [count](std::size_t index) { return index >= count; });
  return chosen;
}

Verdict run_seed(const CampaignOptions& options, std::uint64_t seed, Trace trace) {
  const std::vector<Action> schedule = schedule_of(options, seed);
  std::vector<Action> actions;
  for (const std::size_t index : chosen_faults(options, seed)) actions.push_back(schedule[index]);
  const std::size_t faults = actions.size();
  const Drawn drawn = drawn_by(options, seed);
  WorldOptions world_options{.nodes = drawn.nodes,
                             .seed = seed,
                             .make_agents = options.make_agents,
                             .links = drawn.links,
                             .promised = options.promised,
                             .network = drawn.network,
                             .broadcasts_per_s = options.broadcasts_per_s,
                             .broadcasts_until = broadcasts_until(options, drawn.network.path),
                             .long_text_bytes = options.long_text_bytes,
                             .healthy = options.healthy};
  if (has_creatures(options, seed)) {
    world_options.make_agents = creatures_of(drawn.nodes, seed);
    world_options.creatures = true;
    world_options.crashes_until = crashes_until(options);
  } else {
    world_options.questions = options.questions;
  }
  World world(world_options, std::move(actions), std::move(trace));
  world.run(options.length);
  world.check_convergence();
  return {world.violation(), world.trace_hash(), world.delivered(), faults, world.killed()};
}

std::vector<std::size_t> shrink(CampaignOptions options, std::uint64_t seed) {
  std::vector<std::size_t> needed = chosen_faults(options, seed);
  for (bool shrunk = true; shrunk;) {
    shrunk = false;
    for (std::size_t i = 0; i < needed.size();) {
      std::vector<std::size_t> fewer = needed;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      options.only_faults = fewer;
      if (run_seed(options, seed).violation) {
        needed = std::move(fewer);
        shrunk = true;
      } else {
        ++i;
      }
    }
  }
  return needed;
}

std::string report(CampaignOptions options, std::uint64_t seed, const std::string& command) {
  const std::vector<std::size_t> needed = shrink(options, seed);
  const std::vector<Action> schedule = schedule_of(options, seed);
  options.only_faults = needed;
  std::deque<std::string> last;
  const Verdict verdict = run_seed(options, seed, [&](const std::string& line) {
    last.push_back(line);
    if (last.size() > kLastEvents) last.pop_front();
  });
  std::string text = fmt::format("seed {} breaks a promise: {}\n  faults needed, {} of {}:\n", seed,
                                 verdict.violation.value_or("?"), needed.size(), schedule.size());
  for (const std::size_t index : needed)
    text += fmt::format("    {}: {}\n", index, text_of(schedule[index]));
  if (const PathQuality path = drawn_by(options, seed).network.path; !path.perfect())
    text += fmt::format("  all paths: {}\n", text_of(path));
  text += "  last events:\n";
  for (const std::string& line : last) text += fmt::format("    {}\n", line);
  const std::string only = needed.empty() ? "none" : fmt::format("{}", fmt::join(needed, ","));
  return text +
         fmt::format("  replay: {} --seeds {} --only-faults {} --trace\n", command, seed, only);
}

}  // namespace ovid::sim
