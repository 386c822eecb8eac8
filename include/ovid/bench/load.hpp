#pragma once
// What is broadcast in a round, and the result.

#include <cstdint>

namespace ovid::bench {

struct Load {
  int nodes = 3;
  int bytes = 32;            ///< text of a record
  std::int64_t records = 0;  ///< in all, of all senders
  bool all_send = false;     ///< all nodes, records / nodes each; else node 0 alone
};

struct Rate {
  double deliveries_per_s = 0;  ///< at other nodes than the record's sender
  double cpu_us = 0;            ///< of all nodes together, per delivery
};

}  // namespace ovid::bench
