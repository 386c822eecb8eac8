#pragma once
// The latency between two nodes.

#include "ovid/bench/round_trips.hpp"

namespace ovid::bench {

/// Two nodes on this library's driver whose agents send a record back and forth in a session.
Latency node_latency(int bytes, Sessions sessions);

}  // namespace ovid::bench
