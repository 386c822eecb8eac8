#pragma once
// Runs of a simulated grid, one for each seed, with one verdict each. The faults of a failed run
// are reduced to those that the failure needs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ovid/sim/schedule.hpp"
#include "ovid/sim/world.hpp"

namespace ovid::sim {

/// Which runs have creatures (zoo.hpp) instead of the agents that make_agents makes.
enum class Creatures : std::uint8_t { Never, BySeed, Always };

struct CampaignOptions {
  int nodes = 5;  ///< 0: the seed decides, 1 to 9
  base::Duration length = std::chrono::seconds(30);
  Faults faults;
  int fault_count = 0;           ///< 0: each seed decides
  double broadcasts_per_s = 20;  ///< by all nodes together
  /// `self` and `nodes` are filled in for each node. The caller sets the timeouts to those of a
  /// grid of this size (link::Config::for_grid).
  link::Config links;
  std::optional<link::Config> promised{};  ///< for the checked promises, if not `links`
  Traits network{};
  /// The seed also draws timeouts (as factors of those in `links`), latency, capacities, and
  /// whether some fault never ends.
  bool draw = false;
  /// Replaces that of `links`. 0: 64 KiB or two long texts, or, if `draw`, drawn from there on.
  std::size_t unacked_bytes_max = 0;
  Host::MakeAgents make_agents;
  std::vector<std::string> questions{};  ///< lines for agents of make_agents, sent to get answers
  Creatures creatures = Creatures::Never;
  bool draw_path = false;  ///< the seed also draws the quality of all paths, poor ones as well
  std::size_t long_text_bytes = kLongTextBytes;
  bool healthy = false;  ///< check that the grid is (WorldOptions); the faults are Verb::Poor
  std::optional<std::vector<std::size_t>> only_faults;  ///< indices in the schedule; nullopt: all
};

/// The limit of unacknowledged bytes in a run whose seed does not draw it.
inline std::size_t unacked_bytes_max(const CampaignOptions& options) {
  return options.unacked_bytes_max > 0
             ? options.unacked_bytes_max
             : std::max(std::size_t{64} << 10, 2 * options.long_text_bytes);
}

struct Verdict {
  std::optional<std::string> violation;
  std::uint64_t trace_hash = 0;
  std::uint64_t delivered = 0;
  std::uint64_t faults = 0;      ///< number of faults in the run
  std::vector<Killed> killed{};  ///< inside a turn, in the order in which it happened
};

/// The parameters of one run: those that the seed has drawn, and the others as in the options.
struct Drawn {
  int nodes = 0;
  link::Config links;
  Traits network;
  bool permanent = false;  ///< some fault never ends
};
Drawn drawn_by(const CampaignOptions& options, std::uint64_t seed);

/// Indices of a seed's faults in its schedule: all, or those of only_faults that exist.
std::vector<std::size_t> chosen_faults(const CampaignOptions& options, std::uint64_t seed);

/// Does one run and checks it. Thread-safe: runs share nothing.
Verdict run_seed(const CampaignOptions& options, std::uint64_t seed, Trace trace = nullptr);

/// Reduces the seed's faults to a set that still breaks a promise, but no longer does if any single
/// one of them is left out. Precondition: the seed breaks a promise with these options.
std::vector<std::size_t> shrink(CampaignOptions options, std::uint64_t seed);

/// What a person needs to find the cause: the promise, the faults left after shrinking, the last
/// events before it broke, and the command that shows it again.
std::string report(CampaignOptions options, std::uint64_t seed, const std::string& command);

}  // namespace ovid::sim
