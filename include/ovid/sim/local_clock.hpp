#pragma once
// One node's clock. It starts anywhere, and may run too fast or too slow.

#include <cstdint>

#include "ovid/base/time.hpp"

namespace ovid::sim {

class LocalClock {
 public:
  explicit LocalClock(base::Duration offset) : local_(base::Time(offset)) {}

  /// From `now` on it runs `ppm` millionths too fast (if negative: too slow), without a jump.
  void drift(base::Time now, std::int64_t ppm) {
    local_ = local(now);
    since_ = now;
    ppm_ = ppm;
  }
  base::Time local(base::Time world) const {
    const auto passed = (world - since_).count();
    return local_ + base::Duration(passed + passed / 1'000'000 * ppm_);
  }
  /// The earliest time of the world at which local() has reached `local`, give or take a
  /// microsecond.
  base::Time world(base::Time local) const {
    if (local == base::kNever) return base::kNever;
    const auto passed = (local - local_).count();
    return since_ + base::Duration(passed - passed / (1'000'000 + ppm_) * ppm_ + 1000);
  }

 private:
  base::Time since_{};
  base::Time local_;
  std::int64_t ppm_ = 0;
};

}  // namespace ovid::sim
