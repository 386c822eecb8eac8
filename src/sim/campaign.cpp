#include "ovid/sim/campaign.hpp"

#include <algorithm>
#include <deque>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLastEvents = 40;
/// Masters are silent for the end of a run: what they said must have arrived.
constexpr base::Duration kSilentEnd = 2s;

std::vector<Action> schedule_of(const CampaignOptions& options, std::uint64_t seed) {
  return make_schedule({.nodes = options.nodes,
                        .length = options.length,
                        .faults = options.faults,
                        .count = options.fault_count},
                       seed);
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
  World world({.nodes = options.nodes,
               .seed = seed,
               .make_agent = options.make_agent,
               .links = options.links,
               .broadcasts_per_s = options.broadcasts_per_s,
               .broadcasts_until = options.length - kSilentEnd},
              std::move(actions), std::move(trace));
  world.run(options.length);
  world.check_convergence();
  return {world.violation(), world.trace_hash(), world.delivered(), faults};
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
  text += "  last events:\n";
  for (const std::string& line : last) text += fmt::format("    {}\n", line);
  const std::string only = needed.empty() ? "none" : fmt::format("{}", fmt::join(needed, ","));
  return text +
         fmt::format("  replay: {} --seeds {} --only-faults {} --trace\n", command, seed, only);
}

}  // namespace ovid::sim
