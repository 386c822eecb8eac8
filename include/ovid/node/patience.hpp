#pragma once
// How long a node that leaves waits for others to take what it has for them: until nothing is left,
// or nobody has taken anything for a while.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "ovid/base/time.hpp"

namespace ovid::node {

class Patience {
 public:
  /// Ends after `limit` without progress, which is `progress_min` less left than before. Of the
  /// time between two looks at most `look_max` counts: a node that looks late, for example because
  /// it was stopped, has not seen yet what has arrived in the meantime.
  Patience(base::Duration limit, std::uint64_t progress_min, base::Duration look_max)
      : limit_(limit), progress_min_(progress_min), look_max_(look_max) {}

  /// Looks at what is left; false if it waits no longer.
  bool waits(std::uint64_t left, base::Time now) {
    const base::Duration passed = std::min(now - std::exchange(looked_at_, now), look_max_);
    if (left < left_ && left_ - left >= progress_min_) {
      left_ = left;
      waited_ = {};
    } else {
      waited_ += passed;
    }
    waits_ = left > 0 && waited_ < limit_;
    return waits_;
  }
  /// When it ends if nothing is taken any more; kNever: it does not wait.
  base::Time deadline() const { return waits_ ? looked_at_ + (limit_ - waited_) : base::kNever; }

 private:
  base::Duration limit_;
  std::uint64_t progress_min_;
  base::Duration look_max_;
  std::uint64_t left_ = std::numeric_limits<std::uint64_t>::max();  // at the last progress
  base::Duration waited_{};                                         // since then
  base::Time looked_at_{};
  bool waits_ = false;
};

}  // namespace ovid::node
