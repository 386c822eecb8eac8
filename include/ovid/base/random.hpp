#pragma once
// Where random numbers come from. The driver owns the source: the operating system's in a real
// node, a seeded generator in a simulation.

#include <cstdint>

#include "ovid/base/time.hpp"

namespace ovid::base {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  /// 64 uniformly random bits.
  virtual std::uint64_t next() = 0;

  /// As next(), but never 0: the value that stands for "not known".
  std::uint64_t next_nonzero() {
    for (;;)
      if (const std::uint64_t value = next(); value != 0) return value;
  }

  /// A duration in [min, max]. The modulo's bias is below 2^-30 for anything under a second.
  Duration between(Duration min, Duration max) {
    const auto width = static_cast<std::uint64_t>((max - min).count()) + 1;
    return min + Duration(static_cast<Duration::rep>(next() % width));
  }
};

}  // namespace ovid::base
