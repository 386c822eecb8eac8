#pragma once
// What is broadcast in a round, and the result.

#include <cstdint>

namespace ovid::bench {

struct Load {
  int nodes = 3;
  int bytes = 32;            ///< text of a record
  std::int64_t records = 0;  ///< in all, of all senders
  bool all_send = false;     ///< all nodes, records / nodes each; else node 0 alone

  /// The nodes that send; they have the lowest ids.
  int senders() const { return all_send ? nodes : 1; }
  bool sends(int node) const { return node < senders(); }
  /// Records that one node sends, and that it gets from the others.
  std::int64_t sent_by(int node) const { return sends(node) ? each() : 0; }
  std::int64_t received_by(int node) const { return each() * senders() - sent_by(node); }
  /// At other nodes than the record's sender.
  double deliveries() const { return static_cast<double>(each() * senders() * (nodes - 1)); }
  std::int64_t each() const { return records / senders(); }
};

struct Rate {
  double deliveries_per_s = 0;  ///< at other nodes than the record's sender
  double cpu_us = 0;            ///< of all processes that carry the records, per delivery
};

}  // namespace ovid::bench
