#pragma once
// Runs a range of seeds on several threads. Memory does not grow with the range: the verdicts are
// added up in the order of the seeds, and no thread is far ahead of the slowest.

#include <cstdint>
#include <functional>
#include <optional>

#include "ovid/sim/campaign.hpp"

namespace ovid::app {

struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;  ///< inclusive
};

/// All verdicts together, in the order of the seeds; the same for any number of threads.
struct SeedRuns {
  std::uint64_t seeds = 0;
  std::uint64_t hash = 0;
  std::uint64_t delivered = 0;
  std::uint64_t faults = 0;
  std::optional<std::uint64_t> failed;  ///< the lowest seed that breaks a promise; if there is
                                        ///< one, the other figures are incomplete
};

/// So many runs may be begun ahead of the first that has not ended.
inline constexpr std::uint64_t kSeedsAhead = 1024;

/// `run` is called on up to `jobs` threads at once. After a failure no run is begun.
/// `tell`, if set, is called now and then with the number of seeds that are done; on any thread.
SeedRuns run_seeds(const SeedRange& range, int jobs,
                   const std::function<sim::Verdict(std::uint64_t)>& run,
                   const std::function<void(std::uint64_t)>& tell = nullptr);

}  // namespace ovid::app
