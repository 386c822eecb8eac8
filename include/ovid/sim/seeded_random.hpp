#pragma once
// A generator that gives the same numbers for the same seed, on every machine.

#include <cstdint>

#include "ovid/base/random.hpp"

namespace ovid::sim {

/// SplitMix64: G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014, figure 14 (constants of its reference implementation).
class SeededRandom final : public base::RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() override {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// 0 <= result < below; below > 0.
  std::uint64_t below(std::uint64_t below) { return next() % below; }
  /// True in `count` of `of` cases.
  bool chance(std::uint64_t count, std::uint64_t of) { return below(of) < count; }

 private:
  std::uint64_t state_;
};

}  // namespace ovid::sim
