#pragma once
// The latency of bare libzmq.

#include "ovid/bench/round_trips.hpp"

namespace ovid::bench {

/// Two processes, a DEALER to the other's ROUTER in each, blocking calls, no envelope.
Latency bare_latency(int bytes, Sessions sessions);

}  // namespace ovid::bench
