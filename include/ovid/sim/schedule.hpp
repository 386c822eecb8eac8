#pragma once
// Random faults: what a seed does to a grid.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/sim/action.hpp"

namespace ovid::sim {

/// Verbs that a schedule may hold.
using Faults = std::vector<Verb>;

/// "all", "none", or words of faults separated by commas; or what is wrong.
std::variant<Faults, std::string> parse_faults(std::string_view text);

struct ScheduleOptions {
  int nodes = 5;
  base::Duration length{};  ///< of the run; its last fault ends early enough for all to recover
  Faults faults;
  int count = 0;           ///< of faults; 0: the seed decides, 1 to 12
  bool permanent = false;  ///< one of them, a crash or a partition if those are faults, never ends
};

/// From the end of the last fault to the end of a run: a second for the slowest attempt to end, one
/// for the next, and some for what is queued.
inline constexpr base::Duration kRecovery = std::chrono::seconds(6);

/// Faults in order of time, each with an end of its own. The same seed, the same faults.
std::vector<Action> make_schedule(const ScheduleOptions& options, std::uint64_t seed);

/// Whether a schedule for such a grid and such a run can hold a fault at all.
bool room_for_faults(int nodes, base::Duration length);

/// When the last fault of a run of this length is over.
base::Duration quiet_from(base::Duration length);

}  // namespace ovid::sim
