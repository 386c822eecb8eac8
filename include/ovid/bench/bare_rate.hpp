#pragma once
// The rate at which bare libzmq delivers as many records of the same size to as many processes.

#include "ovid/bench/child.hpp"
#include "ovid/bench/load.hpp"

namespace ovid::bench {

/// What libzmq does with each record.
enum class Bare {
  Copy,    ///< a copy for each receiver (zmq_send)
  Shared,  ///< one buffer for all receivers (zmq_msg_copy)
  Kept,    ///< shared; the receivers keep all records in memory, as a log does
};

/// A DEALER for each receiver, a ROUTER at each receiver, a process for each node, over TCP on
/// loopback: from the first record sent to the last one received. No greetings, no sessions, no
/// detection.
Rate bare_rate(Bare how, const Load& load, Sessions sessions);

}  // namespace ovid::bench
