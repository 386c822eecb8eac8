#pragma once
// Agents for campaigns: each does everything that an agent can do, at times and in an order of its
// own, so that no way of sending, keeping or ending stays untried.

#include <array>
#include <memory>
#include <vector>

#include "ovid/agent/agent.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/node/seat.hpp"

namespace ovid::sim {

/// Lines that a creature obeys.
inline constexpr const char* kLineBroadcast = "broadcast ";  ///< and a text: to everybody
/// And one of kCrashEvents: an agent of the node crashes in its next event of that kind.
inline constexpr const char* kLineCrashAtOnce = "crash at once in ";
inline constexpr const char* kLineCrashWhenSent = "crash when sent in ";
inline constexpr const char* kLineSpare = "spare";  ///< forget crashes that have not happened
inline constexpr const char* kLineRest = "rest";    ///< does nothing any more until it is restarted
inline constexpr std::array<const char*, 5> kCrashEvents{"line", "message", "timer", "peer up",
                                                         "peer down"};

struct ZooOptions {
  std::uint64_t seed = 1;
  int agents = 1;             ///< of each node
  base::Duration pace_max{};  ///< between two acts of an agent's own
};

/// The agents of a node that starts. The same options, the same agents.
std::vector<node::Hosted> make_creatures(const ZooOptions& options, base::NodeId node);

}  // namespace ovid::sim
