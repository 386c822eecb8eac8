#pragma once
// What has happened to nodes and paths, and until when sessions may end because of it. The promise
// of accuracy is checked only after that time.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/sim/action.hpp"
#include "ovid/sim/limits.hpp"

namespace ovid::sim {

/// Borrows the limits.
class Troubles {
 public:
  Troubles(std::size_t nodes, const Limits& limits)
      : limits_(limits), nodes_(nodes), paths_(nodes * nodes) {}

  /// Sessions of the node, or of the two, may end until then.
  void add(base::NodeId node, base::Time until);
  void add(base::NodeId a, base::NodeId b, base::Time until);
  /// Adds what an action that begins now may cause; `all` are the actions of the run.
  void add(const Action& action, const std::vector<Action>& all, base::Time now);

  /// Until when sessions of the node may end because of what happened to it; time 0 if nothing has.
  base::Time until(base::NodeId node) const { return nodes_[node.value]; }
  /// Until when sessions of the two may end because of the path between them.
  base::Time until(base::NodeId a, base::NodeId b) const { return path(a, b); }
  /// Whether a session of the two may still end because of a fault that has ended or has a known
  /// end.
  bool may_still_end(base::NodeId a, base::NodeId b, base::Time now) const;

 private:
  base::Time& path(base::NodeId a, base::NodeId b) {
    return paths_[std::max(a, b).value * nodes_.size() + std::min(a, b).value];
  }
  const base::Time& path(base::NodeId a, base::NodeId b) const {
    return paths_[std::max(a, b).value * nodes_.size() + std::min(a, b).value];
  }

  const Limits& limits_;
  std::vector<base::Time> nodes_;
  std::vector<base::Time> paths_;  // by the higher id and the lower
};

}  // namespace ovid::sim
