#include "ovid/app/bench_command.hpp"

#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

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

}  // namespace

void declare_bench(CLI::App& command, RawBench& raw) {
  bench::Choice& choice = raw.choice;
  command.add_option("figures", raw.figures,
                     "what to measure (default: everything): one, all: broadcast of one node, of "
                     "all nodes; latency, start, crash, stop, idle, get");
  command.add_option("--nodes", choice.nodes, "sizes of the grid, 1..1000")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  command.add_option("--bytes", choice.bytes, "texts of a broadcast record, 1..1000000 bytes")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  command
      .add_option("--deliveries", choice.deliveries,
                  "deliveries in a round of broadcasts, fewer if a log would pass 128 MiB")
      ->check(CLI::Range(std::int64_t{1000}, std::int64_t{1} << 40))
      ->capture_default_str();
  command.add_option("--rounds", choice.rounds, "rounds of broadcasts, of `get`")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command.add_option("--pairs", choice.pairs, "pairs of latency runs")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command.add_option("--trials", choice.trials, "crashes, stops")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command
      .add_option("--against", choice.against,
                  "another `ovid` program, whose broadcasts are measured in turn")
      ->check(CLI::ExistingFile);
  command.add_flag("--json", raw.json, "JSON to standard output, rows to standard error");
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
  for (const int nodes : raw.choice.nodes)
    if (nodes < 1 || nodes > base::kNodesMax)
      return fmt::format("--nodes {} is not in 1..{}", nodes, base::kNodesMax);
  for (const int bytes : raw.choice.bytes)
    if (bytes < 1 || bytes > kBytesMax)
      return fmt::format("--bytes {} is not in 1..{}", bytes, kBytesMax);
  return options;
}

int run_bench(const BenchOptions& options) {
  try {
    bench::Choice choice = options.choice;
    choice.program = bench::this_program();
    bench::Table table(options.json ? stderr : stdout);
    bench::measure(choice, table);
    if (options.json) std::fputs(table.json().c_str(), stdout);
    return 0;
  } catch (const bench::BenchError& error) {
    std::fprintf(stderr, "ovid: bench: %s\n", error.what());
    return 1;
  }
}

}  // namespace ovid::app
