#pragma once
// Agents for campaigns: each does everything that an agent can do, at times and in an order of its
// own, so that no way of sending, keeping or ending stays untried.

#include <memory>
#include <vector>

#include "ovid/agent/agent.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/node/seat.hpp"

namespace ovid::sim {

/// Lines that a creature obeys; it answers every other one.
inline constexpr const char* kLineBroadcast = "broadcast ";  ///< and a text: to everybody
inline constexpr const char* kLineCrashAtOnce = "crash at once";
inline constexpr const char* kLineCrashWhenSent = "crash when sent";
inline constexpr const char* kLineRest = "rest";  ///< does nothing any more until it is restarted

struct ZooOptions {
  std::uint64_t seed = 1;
  int agents = 1;             ///< of each node
  base::Duration pace_max{};  ///< between two acts of an agent's own
};

/// The agents of a node that starts. The same options, the same agents.
std::vector<node::Hosted> make_creatures(const ZooOptions& options, base::NodeId node);

}  // namespace ovid::sim
