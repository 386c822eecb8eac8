#include "ovid/app/bench_command.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "ovid/app/arguments.hpp"
#include "ovid/app/node_options.hpp"
#include "ovid/app/results.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/bench/child.hpp"

namespace ovid::app {
namespace {

using bench::Figure;

const std::map<std::string, Figure> kFigures{
    {"one", Figure::One},       {"all", Figure::All},     {"latency", Figure::Latency},
    {"start", Figure::Startup}, {"crash", Figure::Crash}, {"stop", Figure::Stop},
    {"idle", Figure::Idle},     {"get", Figure::Get}};

constexpr int kBytesMax = 1'000'000;
constexpr std::int64_t kDeliveriesMin = 1000;
constexpr std::int64_t kDeliveriesMax = std::int64_t{1} << 40;

}  // namespace

void declare_bench(CLI::App& command, RawBench& raw) {
  bench::Choice& choice = raw.choice;
  command.add_option("figures", raw.figures,
                     "what to measure (default: everything): one, all: broadcast of one node, of "
                     "all nodes; latency, start, crash, stop, idle, get");
  const auto add_list = [&](const char* name, std::vector<int>& values, int most,
                            const char* text) {
    add(command, name, fmt::format("1..{},...", most), take_integers(values, 1, most), text)
        ->default_str(fmt::format("{}", fmt::join(values, ",")));
  };
  add_list("--nodes", choice.nodes, base::kNodesMax, "sizes of the grid");
  add_list("--bytes", choice.bytes, kBytesMax, "texts of a broadcast record");
  add(command, "--deliveries", fmt::format("{}..{}", kDeliveriesMin, kDeliveriesMax),
      take_integer(choice.deliveries, kDeliveriesMin, kDeliveriesMax),
      "deliveries in a round of broadcasts, fewer if a log would pass 128 MiB")
      ->default_str(fmt::format("{}", choice.deliveries));
  add_integer(command, "--rounds", choice.rounds, 1, 10000, "rounds of broadcasts, of `get`");
  add_integer(command, "--pairs", choice.pairs, 1, 10000, "pairs of latency runs");
  add_integer(command, "--trials", choice.trials, 1, 10000, "crashes, stops");
  add_text(command, "--against", "FILE", choice.against,
           "another `ovid` program, whose broadcasts are measured in turn")
      ->check(CLI::ExistingFile);
  add_flag(command, "--json", raw.json, "JSON to standard output, rows to standard error");
}

std::variant<BenchOptions, std::string> bench_options_of(const RawBench& raw) {
  BenchOptions options{raw.choice, raw.json};
  for (const std::string& name : raw.figures) {
    const auto figure = kFigures.find(name);
    if (figure == kFigures.end()) return fmt::format("no such figure: {}", name);
    options.choice.figures.insert(figure->second);
  }
  if (raw.figures.empty())
    for (const auto& [name, figure] : kFigures) options.choice.figures.insert(figure);
  return options;
}

int run_bench(const BenchOptions& options) {
  try {
    bench::Choice choice = options.choice;
    choice.program = bench::this_program();
    bench::Table table(options.json ? stderr : stdout);
    // What this user's nodes are told by the environment is not what is measured.
    for (const char* variable : kNodeVariables) unsetenv(variable);
    bench::measure(choice, table);
    if (table.empty()) throw bench::BenchError("nothing to measure: a grid of one has no peers");
    if (options.json) print_result(table.json());
    return 0;
  } catch (const bench::BenchError& error) {
    std::fprintf(stderr, "ovid: bench: %s\n", error.what());
    return 1;
  }
}

}  // namespace ovid::app
