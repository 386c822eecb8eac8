// `ovid-bench`: measures the chatroom, and what it is compared with in the same run.

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "ovid/app/node_options.hpp"
#include "ovid/app/results.hpp"
#include "ovid/bench/child.hpp"
#include "ovid/bench/options.hpp"

namespace {

using namespace ovid;

/// Rows go to standard output; with --json to standard error, and the JSON to standard output.
void run(const bench::Options& options) {
  bench::Choice choice = options.choice;
  choice.program = bench::program_beside("ovid");
  choice.nats = bench::program_in_path("nats-server");
  bench::Table table(options.json ? stderr : stdout);
  // The user's environment variables must not change the nodes that are measured.
  for (const char* variable : app::kNodeVariables) unsetenv(variable);
  bench::measure(choice, table);
  if (table.empty()) throw bench::BenchError("nothing to measure: a grid of one has no peers");
  if (options.json) app::print_result(table.json());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto parsed = bench::parse(argc, argv);
    if (const auto* answer = std::get_if<app::Answer>(&parsed)) return app::give(*answer);
    run(std::get<bench::Options>(parsed));
    return app::with_results_written(0);
  } catch (const std::exception& error) {  // usually a BenchError
    std::fprintf(stderr, "ovid-bench: %s\n", error.what());
    return 1;
  }
}
