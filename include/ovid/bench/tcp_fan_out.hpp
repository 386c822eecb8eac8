#pragma once
// The floor of a broadcast on plain TCP: what the connections, the batches and the logs cost.

#include "ovid/bench/child.hpp"
#include "ovid/bench/load.hpp"

namespace ovid::bench {

/// Senders write each batch to all receivers; receivers find the records in it and keep them as the
/// chatroom does. One process for each node and one connection for each pair of which one sends. No
/// sessions, no acknowledgements, no detection.
Rate tcp_fan_out_rate(const Load& load, Sessions sessions);

}  // namespace ovid::bench
