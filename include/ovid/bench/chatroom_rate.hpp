#pragma once
// The rate at which records get from a client's line into the logs of all other nodes.

#include <string>

#include "ovid/bench/load.hpp"

namespace ovid::bench {

/// A grid of `program`: from the first byte of the first line to the last record in the last log.
Rate chatroom_rate(const std::string& program, const Load& load);

}  // namespace ovid::bench
