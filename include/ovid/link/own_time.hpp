#pragma once
// Time as far as this node could have noticed anything in it. A node that was stopped, starved of
// its processor or busy must not hold its peers' silence of that time against them (the idea of
// Lifeguard's local health, arXiv 1707.00788, section IV-A, applied to the clock itself).

#include "ovid/base/time.hpp"

namespace ovid::link {

class OwnTime {
 public:
  /// Call at each wake-up: `due` is when the loop had asked to be woken at the latest.
  void woke(base::Time now, base::Time due) {
    if (now - kTolerated > due) lost_ += now - due;
  }
  /// The driver's time less all that was lost; runs at the driver's pace while on time.
  base::Time at(base::Time now) const { return now - lost_; }
  base::Duration lost() const { return lost_; }

 private:
  /// Ordinary scheduling delay; far below any silence limit.
  static constexpr base::Duration kTolerated = std::chrono::milliseconds(5);
  base::Duration lost_{};
};

}  // namespace ovid::link
