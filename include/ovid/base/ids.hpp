#pragma once
// Ids of nodes, their incarnations, sessions and clients. Plain values, compared and printed;
// random ones come from a RandomSource (base/random.hpp).

#include <compare>
#include <cstdint>

namespace ovid::base {

/// The largest grid. Ids are 0..n-1.
inline constexpr int kNodesMax = 1000;

/// A node's number in the grid, 0..n-1, the same for all its incarnations.
struct NodeId {
  std::uint16_t value = 0;
  auto operator<=>(const NodeId&) const = default;
};

/// One start of a node: random, never 0, compared for equality only. 0 stands for "not known".
struct Incarnation {
  std::uint64_t value = 0;
  bool operator==(const Incarnation&) const = default;
};

/// One side's part in the name of a session: random, never 0, drawn anew for every session.
/// 0 stands for "not known".
struct Epoch {
  std::uint64_t value = 0;
  bool operator==(const Epoch&) const = default;
};

/// One connection of a client to the master port; never used twice by a process.
struct ClientId {
  std::uint64_t value = 0;
  auto operator<=>(const ClientId&) const = default;
};

}  // namespace ovid::base
