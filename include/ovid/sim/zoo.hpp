#pragma once
// Agents for campaigns, called creatures. Each uses all of the agent contract, at random times and
// in random order. So campaigns test every way to send, to store values and to end a node.

#include <array>
#include <memory>
#include <vector>

#include "ovid/agent/agent.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/node/seat.hpp"

namespace ovid::sim {

/// Lines of clients that creatures understand.
/// Followed by a text: the creature broadcasts the whole line.
inline constexpr const char* kLineBroadcast = "broadcast ";
/// Followed by one of kCrashEvents: an agent of the node crashes in its next event of that kind.
inline constexpr const char* kLineCrashAtOnce = "crash at once in ";
inline constexpr const char* kLineCrashWhenSent = "crash when sent in ";
/// Requested crashes that have not happened yet are cancelled.
inline constexpr const char* kLineSpare = "spare";
/// The creatures of the node do nothing more until it is started again.
inline constexpr const char* kLineRest = "rest";
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
