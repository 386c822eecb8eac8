#pragma once
// Where a node keeps what its agents make durable. Implemented by the drivers; called on the loop's
// thread.

#include <optional>
#include <string_view>
#include <vector>

#include "ovid/agent/address.hpp"

namespace ovid::node {

/// The values of one agent, as views into the store, valid until something is appended.
struct Recovery {
  std::optional<std::string_view> checkpoint{};
  std::vector<std::string_view> appended{};  ///< after the checkpoint, in order
};

class Store {
 public:
  virtual ~Store() = default;

  /// What earlier incarnations have left: everything that was synced, and the first few or none of
  /// the values appended after that. Called before anything is appended.
  virtual Recovery recover(agent::AgentId agent) = 0;
  virtual void append(agent::AgentId agent, std::string_view value) = 0;
  /// Replaces all that was appended and checkpointed for this agent so far.
  virtual void checkpoint(agent::AgentId agent, std::string_view value) = 0;
  /// When it returns, everything up to here is durable.
  virtual void sync() = 0;
};

}  // namespace ovid::node
