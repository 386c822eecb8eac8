#include "ovid/app/seed_runs.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace ovid::app {
namespace {

constexpr std::uint64_t kToldEvery = 50;

/// Shared by the threads. Seeds are counted from the first of the range, so that no range
/// overflows.
class Progress {
 public:
  explicit Progress(std::uint64_t last) : last_(last) {}

  /// The next seed to run, if there is one; waits for runs that are far behind.
  std::optional<std::uint64_t> begin() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return over() || next_ - added_ < kSeedsAhead; });
    if (over()) return std::nullopt;
    all_begun_ = next_ == last_;
    return next_++;
  }

  /// How many are done, if it is time to report that.
  std::optional<std::uint64_t> end(std::uint64_t number, const sim::Verdict& verdict) {
    const std::lock_guard lock(mutex_);
    if (verdict.violation) failed_ = std::min(failed_.value_or(number), number);
    ended_.emplace(number, Figures{verdict.trace_hash, verdict.delivered, verdict.faults});
    while (!ended_.empty() && ended_.begin()->first == added_) {
      add(ended_.begin()->second);
      ended_.erase(ended_.begin());
    }
    changed_.notify_all();
    return number % kToldEvery == 0 ? std::optional(added_) : std::nullopt;
  }

  /// Call when all threads have ended.
  SeedRuns result(std::uint64_t first) const {
    SeedRuns all = sum_;
    if (failed_) all.failed = first + *failed_;
    return all;
  }

 private:
  struct Figures {
    std::uint64_t hash, delivered, faults;
  };

  bool over() const { return failed_ || all_begun_; }

  void add(const Figures& figures) {
    sum_.hash = (sum_.hash ^ figures.hash) * 0x100000001b3;  // FNV-1a's step
    sum_.delivered += figures.delivered;
    sum_.faults += figures.faults;
    ++sum_.seeds;
    ++added_;
  }

  const std::uint64_t last_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0;  // to be begun
  bool all_begun_ = false;
  std::uint64_t added_ = 0;                 // [0, added_) are in sum_
  std::map<std::uint64_t, Figures> ended_;  // earlier than a lower seed; < kSeedsAhead of them
  std::optional<std::uint64_t> failed_;     // lower seeds were begun before it, and will end
  SeedRuns sum_;
};

}  // namespace

SeedRuns run_seeds(const SeedRange& range, int jobs,
                   const std::function<sim::Verdict(std::uint64_t)>& run,
                   const std::function<void(std::uint64_t)>& tell) {
  Progress progress(range.last - range.first);
  const auto work = [&] {
    while (const auto number = progress.begin()) {
      const auto done = progress.end(*number, run(range.first + *number));
      if (done && tell) tell(*done);
    }
  };
  std::vector<std::thread> workers;
  try {
    for (int i = 1; i < jobs; ++i) workers.emplace_back(work);
  } catch (const std::system_error&) {
    // If the user may have no more threads, those that exist do the work; this one does too.
  }
  work();
  for (std::thread& worker : workers) worker.join();
  return progress.result(range.first);
}

}  // namespace ovid::app
