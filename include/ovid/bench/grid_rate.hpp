#pragma once
// The rate at which records get from a client's line into the logs of all other nodes.

#include "ovid/bench/grid.hpp"
#include "ovid/bench/load.hpp"

namespace ovid::bench {

/// A new grid: from the first byte of the first line to the last record in the last log.
Rate grid_rate(const Starter& starter, const Load& load);

}  // namespace ovid::bench
