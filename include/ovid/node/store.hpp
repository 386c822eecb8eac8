#pragma once
// Where a node keeps what its agents make durable. Implemented by the drivers; called on the loop's
// thread.
//
// A store is one log of the values of all agents of a node, in the order of the calls. A process
// ends in one of two ways, and each leaves a first part of this log for the next one:
//
//   killed          at least all that was there at the last sync() that returned; what was appended
//                   after that may be missing, from any place in the log on, for all agents alike
//   ends itself     exactly what was there at the last sync(). The node has called
//                   Outside::crash() or fail(), because what it has done in this turn must be as if
//                   it had never happened
//
// The simplest store keeps both: it writes nothing before sync(), and a value that a kill has left
// incomplete at the end of its file does not count. A store that writes earlier must also remove
// what is not synced when the node ends itself; its driver, which has the node's Outside, tells it
// to. (The simulator's disk is such a store: sim/disk.hpp, drop_unsynced().)

#include <optional>
#include <string_view>
#include <vector>

#include "ovid/agent/address.hpp"

namespace ovid::node {

/// The values of one agent, as views into the store, valid until sync(): an agent may append while
/// it reads them.
struct Recovery {
  std::optional<std::string_view> checkpoint{};
  std::vector<std::string_view> appended{};  ///< after the checkpoint, in order
};

class Store {
 public:
  virtual ~Store() = default;

  /// What earlier processes have left of this agent's values, see above. Called once for each agent
  /// when the node starts. The agent is stepped with it, and may append, before the next one
  /// recovers.
  virtual Recovery recover(agent::AgentId agent) = 0;
  virtual void append(agent::AgentId agent, std::string_view value) = 0;
  /// Replaces all that was appended and checkpointed for this agent so far.
  virtual void checkpoint(agent::AgentId agent, std::string_view value) = 0;
  /// When it returns, everything up to here is durable: it survives the end of the process, however
  /// the process ends. Called at most once in a turn, at its end, unless the node has ended itself.
  virtual void sync() = 0;
};

}  // namespace ovid::node
