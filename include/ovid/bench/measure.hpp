#pragma once
// All figures. What is compared is measured in turns within one run.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "ovid/bench/child.hpp"
#include "ovid/bench/table.hpp"

namespace ovid::bench {

enum class Figure : std::uint8_t { One, All, Latency, Startup, Crash, Stop, Idle, Get };

struct Choice {
  std::set<Figure> figures;
  std::vector<int> nodes{3, 8, 16};
  std::vector<int> bytes{32, 1024};
  std::int64_t deliveries = 2'000'000;  ///< per round, divided by the receivers
  int rounds = 5;
  int pairs = 30;   ///< of latency runs
  int trials = 15;  ///< crashes and stops
  Sessions sessions = Sessions::Own;
  std::string program;  ///< measured as "ovid"
  std::string against;  ///< another such program, measured in turn; empty: none
  std::string nats;     ///< the path of nats-server; empty: NATS core is skipped
};

/// BenchError if something cannot be measured.
void measure(const Choice& choice, Table& table);

}  // namespace ovid::bench
