#pragma once
// What a grid of chatroom nodes costs, and how fast it notices failures; a new grid for each
// figure.

#include <vector>

#include "ovid/bench/grid.hpp"

namespace ovid::bench {

/// From the start of the last process until all nodes have answered that they see all.
double startup_ms(const Starter& starter, int nodes);

struct Recovery {
  double seen_ms = 0;  ///< until the last of the others has answered without it
  double back_ms = 0;  ///< until all have answered with it again
};
/// Trials that one grid goes through; each is for the node whose turn it is.
struct Trials {
  int first = 0;
  int end = 0;
};
/// SIGKILL of one node after another, and their restarts. At least two nodes.
std::vector<Recovery> crashes(const Starter& starter, int nodes, Trials trials);
/// SIGSTOP of one node after another, and SIGCONT a second after all have noticed.
std::vector<Recovery> stops(const Starter& starter, int nodes, Trials trials);

struct Idle {
  double processor_percent = 0;  ///< of one processor, per node
  double memory_mib = 0;         ///< resident, per node
};
Idle idle(const Starter& starter, int nodes);

struct BigLog {
  double get_ms = 0;              ///< the whole answer to `get`
  double other_ms = 0;            ///< the longest wait of another client meanwhile
  double bytes_over_payload = 0;  ///< resident bytes per message beyond its text
};
/// A log of 1,000,000 messages of 32 bytes.
BigLog big_log(const Starter& starter);

}  // namespace ovid::bench
