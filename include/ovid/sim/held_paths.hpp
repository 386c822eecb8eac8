#pragma once
// The held paths of a network, with the records that wait on each of them (hold.hpp). The network
// asks before each send, and whenever a connection may take more.

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "ovid/base/ids.hpp"
#include "ovid/sim/hold.hpp"

namespace ovid::sim {

/// Owned by the network. Stores nothing about a path that is not held and has no records left to
/// pass. While there are only such paths, a call costs next to nothing.
class HeldPaths {
 public:
  /// Holds nest: a path is held until each hold() has had its release(). Then its records may pass.
  void hold(base::NodeId from, base::NodeId to, const Hold::Sent& before) {
    holds_[{from, to}].begin(before);
  }
  void release(base::NodeId from, base::NodeId to);
  bool holds(base::NodeId from, base::NodeId to) const;

  /// Whether the path is held, or was held and still has records to pass.
  bool concern(base::NodeId from, base::NodeId to) const { return find(from, to) != nullptr; }
  /// Takes the records out of a message. Returns the message that passes instead. Precondition:
  /// concern().
  Hold::Message keep(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
                     const base::Bytes& body) {
    return holds_.at({from, to}).keep(envelope, body);
  }
  /// Number of records that may not pass.
  std::size_t held(base::NodeId from, base::NodeId to) const;
  /// Number of the oldest of these in its session. Precondition: there is one.
  std::uint64_t first_held(base::NodeId from, base::NodeId to) const {
    return holds_.at({from, to}).first_held();
  }
  /// Lets up to `count` of the oldest records that may not pass do so; returns how many
  /// (Hold::let).
  std::size_t let(base::NodeId from, base::NodeId to, std::size_t count, const Hold::Sent& sent);
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
