#pragma once
// Which paths of a network are held, and the records that each keeps back (hold.hpp). The network
// asks before it sends, and whenever a connection may take more.

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "ovid/base/ids.hpp"
#include "ovid/sim/hold.hpp"

namespace ovid::sim {

/// Owned by the network. All of a path that is not held, and of which nothing is left to pass on,
/// is the same as of one that never was; where there are only such, a question costs next to
/// nothing.
class HeldPaths {
 public:
  /// Calls nest: a path is held until all holds of it have ended. What was held then may pass.
  void hold(base::NodeId from, base::NodeId to, const Hold::Sent& before) {
    holds_[{from, to}].begin(before);
  }
  void release(base::NodeId from, base::NodeId to);
  bool holds(base::NodeId from, base::NodeId to) const;

  /// Whether the path is held, or records are left that were held.
  bool concern(base::NodeId from, base::NodeId to) const { return find(from, to) != nullptr; }
  /// Takes the records out of a message on such a path; the message that passes in its place.
  Hold::Message keep(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
                     const base::Bytes& body) {
    return holds_.at({from, to}).keep(envelope, body);
  }
  /// Records that may not pass.
  std::size_t held(base::NodeId from, base::NodeId to) const;
  /// Lets so many of those pass, or all; how many that are.
  std::size_t let(base::NodeId from, base::NodeId to, std::size_t count);
  bool may_pass(base::NodeId from, base::NodeId to) const;
  /// The oldest record, in a message of its own, if it may pass.
  std::optional<Hold::Message> take(base::NodeId from, base::NodeId to);
  /// The connection is lost, and the records with it.
  void lose(base::NodeId from, base::NodeId to);

 private:
  using Path = std::pair<base::NodeId, base::NodeId>;  // from, to
  const Hold* find(base::NodeId from, base::NodeId to) const {
    if (holds_.empty()) return nullptr;
    const auto found = holds_.find({from, to});
    return found == holds_.end() ? nullptr : &found->second;
  }
  void forget_if_over(const Path& path);

  std::map<Path, Hold> holds_;  // those that are on or not empty
};

}  // namespace ovid::sim
