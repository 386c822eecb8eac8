#pragma once
// Time as far as this node could have noticed anything in it, and how far it should trust itself.
// A node that was stopped, starved of its processor or busy must not hold its peers' silence of
// that time against them, and has reason to think that they are not served better than itself
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
  /// The driver's time less all that was lost; runs at the driver's pace while on time.
  base::Time at(base::Time now) const { return now - lost_; }
  base::Duration lost() const { return lost_; }

  /// By how much longer than usual to wait before a peer is suspected: twice the last delay that
  /// this node suffered itself, at most `doubt_max`, halved every 250 ms since: a node that is
  /// still starved is late again long before that.
  base::Duration doubt(base::Time now) const {
    const auto halvings = (now - doubted_at_) / kHalfLife;
    return halvings > 30 ? base::Duration{} : base::Duration(doubt_.count() >> halvings);
  }

 private:
  /// Ordinary scheduling delay; far below any silence limit.
  static constexpr base::Duration kTolerated = std::chrono::milliseconds(5);
  static constexpr base::Duration kHalfLife = std::chrono::milliseconds(250);
  const base::Duration doubt_max_;
  base::Duration lost_{};
  base::Duration doubt_{};  // at doubted_at_
  base::Time doubted_at_{};
};

}  // namespace ovid::link
