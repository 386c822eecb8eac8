#pragma once
// How long a leaving node waits for others to take what it has for them: until nothing is left, or
// until there was no progress for some time.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "ovid/base/time.hpp"

namespace ovid::node {

class Patience {
 public:
  /// The wait ends after `limit` without progress; progress means that at least `progress_min` less
  /// is left. Between two calls of waits(), at most `look_max` counts as time without progress: a
  /// node that looks late, for example because it was stopped, has not seen yet what has arrived in
  /// the meantime.
  Patience(base::Duration limit, std::uint64_t progress_min, base::Duration look_max)
      : limit_(limit), progress_min_(progress_min), look_max_(look_max) {}

  /// To be called again and again with the amount that is left; false if the wait is over.
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
  /// When the wait ends if there is no more progress; kNever if it is over already.
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
