#pragma once
// Checks an agent's calls against the limits of the contract (agent/effects.hpp). Each function
// returns a text that describes the breach. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "ovid/agent/address.hpp"
#include "ovid/agent/effects.hpp"
#include "ovid/base/time.hpp"

namespace ovid::node {

/// The breach, for example "sends to node 3 of a grid of 3"; nullopt if there is none.
using Breach = std::optional<std::string>;

/// Whether an agent may send contents of `bytes` bytes, in a grid of `nodes` nodes. Asked for every
/// message, so it makes no text.
inline bool may_send(const agent::Destination& to, std::size_t bytes, int nodes) {
  const auto* address = std::get_if<agent::Address>(&to);
  return bytes <= agent::kContentsBytesMax && (!address || address->node.value < nodes);
}
/// Why it may not. Precondition: !may_send().
std::string breach_of_send(const agent::Destination& to, std::size_t bytes, int nodes);
/// The agent asks for a timer in [min, max] from now.
Breach breach_of_timer(base::Duration min, base::Duration max);
/// The agent appends or checkpoints a value of `bytes` bytes. `needs_store`: what
/// Agent::needs_store returned.
Breach breach_of_keep(std::size_t bytes, bool needs_store);

}  // namespace ovid::node
