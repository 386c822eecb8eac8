#pragma once
// `ovid bench`: what the chatroom costs, next to bare libzmq in the same run.

#include <string>
#include <variant>
#include <vector>

#include "ovid/bench/measure.hpp"

namespace CLI {
class App;
}

namespace ovid::app {

/// The command line as typed.
struct RawBench {
  std::vector<std::string> figures;  // empty: all
  bench::Choice choice;
  bool json = false;
};

struct BenchOptions {
  bench::Choice choice;
  bool json = false;
};

void declare_bench(CLI::App& command, RawBench& raw);
/// Or what is wrong, naming the value.
std::variant<BenchOptions, std::string> bench_options_of(const RawBench& raw);

/// Exit status: 0, or 1 if something could not be measured. Rows go to standard output; with json
/// to standard error, and the JSON to standard output.
int run_bench(const BenchOptions& options);

}  // namespace ovid::app
