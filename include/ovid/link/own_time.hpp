#pragma once
// The node's own time, which leaves out its own delays, and an extension of the silence limit after
// a delay. A node that was stopped, starved of its processor or busy must not count that time as
// silence of its peers. It may also expect that the machines of its peers are as busy as its own
// (local health: A. Dadgar, J. Phillips, J. Currey, "Lifeguard: Local Health Awareness for More
// Accurate Failure Detection", arXiv 1707.00788, section IV).

#include <algorithm>

#include "ovid/base/time.hpp"

namespace ovid::link {

class OwnTime {
 public:
  explicit OwnTime(base::Duration doubt_max) : doubt_max_(doubt_max) {}

  /// Call at each wake-up: `due` is when the loop had asked to be woken at the latest. True if that
  /// was noticeably earlier.
  bool woke(base::Time now, base::Time due) {
    if (now - kTolerated <= due) return false;
    lost_ += now - due;
    doubt_ = std::min(doubt_max_, std::max(doubt(now), 2 * (now - due)));
    doubted_at_ = now;
    return true;
  }
  /// The driver's time without all delays of this node.
  base::Time at(base::Time now) const { return now - lost_; }
  base::Duration lost() const { return lost_; }

  /// The extension of the silence limit: twice the last delay of this node itself, at most
  /// `doubt_max`, halved every 250 ms since. (A node that is still starved is late again long
  /// before that.)
  base::Duration doubt(base::Time now) const {
    const auto halvings = (now - doubted_at_) / kHalfLife;
    return halvings > 30 ? base::Duration{} : base::Duration(doubt_.count() >> halvings);
  }

 private:
  /// The longest ordinary scheduling delay; far below any silence limit.
  static constexpr base::Duration kTolerated = std::chrono::milliseconds(5);
  static constexpr base::Duration kHalfLife = std::chrono::milliseconds(250);
  const base::Duration doubt_max_;
  base::Duration lost_{};
  base::Duration doubt_{};  // at doubted_at_
  base::Time doubted_at_{};
};

}  // namespace ovid::link
