#pragma once
// Draws the random faults of a seed.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/sim/action.hpp"

namespace ovid::sim {

/// The verbs that a schedule may contain.
using Faults = std::vector<Verb>;

/// Reads "none", or names of faults separated by commas; "all" stands for all but `poor`. Returns
/// the faults, or what is wrong.
std::variant<Faults, std::string> parse_faults(std::string_view text);

struct ScheduleOptions {
  int nodes = 5;
  base::Duration length{};  ///< of the run; its last fault ends early enough for all to recover
  Faults faults;
  int count = 0;           ///< of faults; 0: the seed decides, 1 to 12
  bool permanent = false;  ///< one crash or partition, if there is one, never ends
};

/// From the end of the last fault to the end of a run: a second until the slowest attempt to
/// connect has ended, a second for the next attempt, and some time for queued records.
inline constexpr base::Duration kRecovery = std::chrono::seconds(6);

/// Faults in order of time, each with its own duration. The same options and seed give the same
/// faults.
std::vector<Action> make_schedule(const ScheduleOptions& options, std::uint64_t seed);

/// Whether a run of this length, in a grid of `nodes` nodes, has room for any fault.
bool room_for_faults(int nodes, base::Duration length);

/// When the last fault of a run of this length is over.
base::Duration quiet_from(base::Duration length);

}  // namespace ovid::sim
