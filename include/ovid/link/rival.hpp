#pragma once
// A second process with a peer's id: it greets while the first still answers on the peer's port.

#include <optional>
#include <utility>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::link {

/// Owned by a link; reset with the connection that existed when the other process greeted.
class Rival {
 public:
  /// A greeting of another incarnation than the session's has arrived. It is from a restarted peer,
  /// or from a second process.
  void greeted(base::Time own_now, base::Incarnation incarnation) {
    if (!known_) known_ = {incarnation, own_now};
  }
  void forget() { known_.reset(); }

  /// A message of the session's peer has arrived at `heard`. Returns the other incarnation, once,
  /// if it first greeted at least a silence limit before that. Then there are two processes: if the
  /// peer had been restarted, the connection to its former incarnation would have ended by then,
  /// and all messages of that incarnation would have arrived.
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
