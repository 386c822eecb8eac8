#pragma once
// Checks an agent's calls against the limits of the contract (agent/effects.hpp). Each returns a
// text that describes the breach. Pure.

#include <cstddef>
#include <optional>
#include <string>

#include "ovid/agent/address.hpp"
#include "ovid/base/time.hpp"

namespace ovid::node {

/// The breach, for example "sends to node 3 of a grid of 3"; nullopt if there is none.
using Breach = std::optional<std::string>;

/// Sends contents of so many bytes, in a grid of `nodes`.
Breach breach_of_send(const agent::Destination& to, std::size_t bytes, int nodes);
/// Asks for a timer in [min, max] from now.
Breach breach_of_timer(base::Duration min, base::Duration max);
/// Appends or checkpoints a value of so many bytes; `needs_store` is the agent's answer.
Breach breach_of_keep(std::size_t bytes, bool needs_store);

}  // namespace ovid::node
