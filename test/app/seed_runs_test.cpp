// Many seeds on several threads: memory does not grow with the range, and the lowest failure is
// found.

#include "ovid/app/seed_runs.hpp"

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

namespace ovid::app {
namespace {

constexpr int kOpportunities = 100'000;
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

sim::Verdict verdict_of(std::uint64_t seed) {
  return {.violation = std::nullopt, .trace_hash = seed * 31, .delivered = 2, .faults = seed % 3};
}

sim::Verdict failure() {
  return {.violation = "a promise", .trace_hash = 0, .delivered = 0, .faults = 0};
}

TEST(SeedRuns, AddUpInTheOrderOfTheSeedsOnAnyNumberOfThreads) {
  std::uint64_t hash = 0;
  for (std::uint64_t seed = 5; seed <= 3004; ++seed)
    hash = (hash ^ verdict_of(seed).trace_hash) * 0x100000001b3;
  for (const int jobs : {1, 2, 7}) {
    const SeedRuns runs = run_seeds({5, 3004}, jobs, verdict_of);
    EXPECT_EQ(runs.seeds, 3000u);
    EXPECT_EQ(runs.delivered, 6000u);
    EXPECT_EQ(runs.faults, 3000u);
    EXPECT_EQ(runs.hash, hash) << jobs;
    EXPECT_EQ(runs.failed, std::nullopt);
  }
}

TEST(SeedRuns, GoToTheEndOfAnyRange) {
  EXPECT_EQ(run_seeds({kMost, kMost}, 2, verdict_of).seeds, 1u);
  EXPECT_EQ(run_seeds({kMost - 9, kMost}, 2, verdict_of).seeds, 10u);
  EXPECT_EQ(run_seeds({0, 0}, 2, verdict_of).seeds, 1u);
}

TEST(SeedRuns, OfTheLongestRangeStopAtTheFirstFailure) {
  for (const int jobs : {1, 4}) {
    std::atomic<std::uint64_t> most{0};
    const SeedRuns runs = run_seeds({0, kMost}, jobs, [&](std::uint64_t seed) {
      for (std::uint64_t seen = most; seen < seed && !most.compare_exchange_weak(seen, seed);) {
      }
      return seed == 20000 ? failure() : verdict_of(seed);
    });
    EXPECT_EQ(runs.failed, 20000u);
    EXPECT_LT(most, 20000 + kSeedsAhead);
  }
}

TEST(SeedRuns, ReportTheLowestFailureAlthoughAnotherIsFoundFirst) {
  std::atomic<bool> later_failed{false};
  const SeedRuns runs = run_seeds({1, kMost}, 2, [&](std::uint64_t seed) {
    if (seed == 1) {
      while (!later_failed) std::this_thread::yield();
      return failure();
    }
    if (seed == 2) later_failed = true;
    return failure();
  });
  EXPECT_EQ(runs.failed, 1u);
}

TEST(SeedRuns, AreNotFarAheadOfASlowOne) {
  std::atomic<std::uint64_t> begun{0};
  std::atomic<std::uint64_t> highest{0};
  const SeedRuns runs = run_seeds({0, 2 * kSeedsAhead}, 3, [&](std::uint64_t seed) {
    ++begun;
    for (std::uint64_t known = highest; known < seed;) highest.compare_exchange_weak(known, seed);
    if (seed == 0) {
      // The others get as far as they may; then they have time to go too far.
      while (begun < kSeedsAhead) std::this_thread::yield();
      for (int i = 0; i < kOpportunities; ++i) std::this_thread::yield();
      EXPECT_EQ(begun, kSeedsAhead);
      EXPECT_EQ(highest, kSeedsAhead - 1);
    }
    return verdict_of(seed);
  });
  EXPECT_EQ(runs.seeds, 2 * kSeedsAhead + 1);
}

}  // namespace
}  // namespace ovid::app
