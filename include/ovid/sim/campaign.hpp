#pragma once
// Many seeds, one verdict each; a failure is shrunk to the faults that it needs.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ovid/sim/schedule.hpp"
#include "ovid/sim/world.hpp"

namespace ovid::sim {

/// Which runs have creatures (zoo.hpp) in the place of the agents that make_agents makes.
enum class Creatures : std::uint8_t { Never, BySeed, Always };

struct CampaignOptions {
  int nodes = 5;  ///< 0: the seed decides, 1 to 9
  base::Duration length = std::chrono::seconds(30);
  Faults faults;
  int fault_count = 0;           ///< 0: each seed decides
  double broadcasts_per_s = 20;  ///< by all nodes together
  /// Self and nodes are filled in; the waits are those of a grid of so many nodes
  /// (link::Config::for_grid), which is the caller's to see to.
  link::Config links;
  std::optional<link::Config> promised{};  ///< what is promised, if not what the links are told
  Traits network{};
  /// The seed decides on waits (factors of the links'), latency, capacities, and whether some fault
  /// never ends.
  bool draw = false;
  std::size_t unacked_bytes_max = 0;  ///< in the place of the links'; 0: 64 KiB, or drawn
  Host::MakeAgents make_agents;
  std::vector<std::string> questions{};  ///< what masters ask the agents of make_agents
  Creatures creatures = Creatures::Never;
  std::optional<std::vector<std::size_t>> only_faults;  ///< indices in the schedule; none: all
};

/// The bound of a run that nobody has drawn.
inline std::size_t unacked_bytes_max(const CampaignOptions& options) {
  return options.unacked_bytes_max > 0 ? options.unacked_bytes_max : std::size_t{64} << 10;
}

struct Verdict {
  std::optional<std::string> violation;
  std::uint64_t trace_hash = 0;
  std::uint64_t delivered = 0;
  std::uint64_t faults = 0;  ///< that the run had
};

/// What a run is like whose options leave that to the seed.
struct Drawn {
  int nodes = 0;
  link::Config links;
  Traits network;
  bool permanent = false;  ///< some fault never ends
};
Drawn drawn_by(const CampaignOptions& options, std::uint64_t seed);

/// Indices of a seed's faults, all or those that were asked for.
std::vector<std::size_t> chosen_faults(const CampaignOptions& options, std::uint64_t seed);

/// One run, checked to its end. Thread-safe: runs share nothing.
Verdict run_seed(const CampaignOptions& options, std::uint64_t seed, Trace trace = nullptr);

/// A smallest set of the seed's faults that still breaks a promise: none of them can be left out
/// alone. The seed fails with options.
std::vector<std::size_t> shrink(CampaignOptions options, std::uint64_t seed);

/// What a person needs to find the cause: the promise, the faults left after shrinking, the last
/// events before it broke, and the command that shows it again.
std::string report(CampaignOptions options, std::uint64_t seed, const std::string& command);

}  // namespace ovid::sim
