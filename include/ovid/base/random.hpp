#pragma once
// Where random numbers come from. The driver owns the source: the operating system's for real,
// a seeded generator in a simulation; protocol code only draws.

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

  /// A duration in [least, most]. The modulo's bias is below 2^-30 for anything under a second.
  Duration between(Duration least, Duration most) {
    const auto width = static_cast<std::uint64_t>((most - least).count()) + 1;
    return least + Duration(static_cast<Duration::rep>(next() % width));
  }
};

}  // namespace ovid::base
