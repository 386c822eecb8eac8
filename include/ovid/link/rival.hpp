#pragma once
// A second process with a peer's id: it greets while the first still answers on the peer's port.

#include <optional>
#include <utility>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::link {

/// Owned by a link; lasts no longer than the connection that was there when the other one greeted.
class Rival {
 public:
  /// Another incarnation than the session's greets: a peer that has restarted, or a second process.
  void greeted(base::Time own_now, base::Incarnation incarnation) {
    if (!known_) known_ = {incarnation, own_now};
  }
  void forget() { known_.reset(); }

  /// The session's peer has been heard at `heard`. The other one, once, if it greeted a silence
  /// limit before that: had the peer been restarted, the connection to its former self would have
  /// ended meanwhile, and what that one had sent before would have been read.
  std::optional<base::Incarnation> outlived(base::Time heard, base::Duration limit) {
    if (!known_ || heard - known_->since < limit) return std::nullopt;
    return std::exchange(known_, std::nullopt)->incarnation;
  }

 private:
  struct Known {
    base::Incarnation incarnation;
    base::Time since;  // own time of its first greeting
  };
  std::optional<Known> known_;
};

}  // namespace ovid::link
