#pragma once
// Agents for campaigns, called creatures. Each does everything that an agent can do, at random
// times and in random order, so that every way of sending, keeping and ending is tried.

#include <array>
#include <memory>
#include <vector>

#include "ovid/agent/agent.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/node/seat.hpp"

namespace ovid::sim {

/// Lines that a creature obeys.
inline constexpr const char* kLineBroadcast = "broadcast ";  ///< and a text: broadcasts the line
/// Followed by one of kCrashEvents: an agent of the node crashes in its next event of that kind.
inline constexpr const char* kLineCrashAtOnce = "crash at once in ";
inline constexpr const char* kLineCrashWhenSent = "crash when sent in ";
inline constexpr const char* kLineSpare = "spare";  ///< cancels crashes yet to happen
inline constexpr const char* kLineRest = "rest";    ///< does nothing more until it is restarted
inline constexpr std::array<const char*, 5> kCrashEvents{"line", "message", "timer", "peer up",
                                                         "peer down"};

struct ZooOptions {
  std::uint64_t seed = 1;
  int agents = 1;             ///< of each node
  base::Duration pace_max{};  ///< maximum time between two actions of an agent
};

/// The agents of a node that starts. The same options and node give the same agents.
std::vector<node::Hosted> make_creatures(const ZooOptions& options, base::NodeId node);

}  // namespace ovid::sim
