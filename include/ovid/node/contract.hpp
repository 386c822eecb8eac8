#pragma once
// The bounds of what an agent may ask for (agent/effects.hpp), as questions whose answer says in
// words how the contract is broken. Pure.

#include <cstddef>
#include <optional>
#include <string>

#include "ovid/agent/address.hpp"
#include "ovid/base/time.hpp"

namespace ovid::node {

/// What an agent did, for example "sends to node 3 of a grid of 3"; nothing if it may.
using Breach = std::optional<std::string>;

/// Sends contents of so many bytes, in a grid of `nodes`.
Breach breach_of_send(const agent::Destination& to, std::size_t bytes, int nodes);
/// Asks for a timer in [min, max] from now.
Breach breach_of_timer(base::Duration min, base::Duration max);
/// Appends or checkpoints a value of so many bytes, having said whether it needs a store.
Breach breach_of_keep(std::size_t bytes, bool needs_store);

}  // namespace ovid::node
