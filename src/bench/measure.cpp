#include "ovid/bench/measure.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "ovid/bench/bare_latency.hpp"
#include "ovid/bench/contenders.hpp"
#include "ovid/bench/grid_figures.hpp"
#include "ovid/bench/node_latency.hpp"
#include "ovid/bench/tcp_mesh.hpp"

namespace ovid::bench {
namespace {

/// Maximum size of one node's log in a round, so that the allocation of memory is not measured.
constexpr std::int64_t kLogBytesMax = 128 << 20;
constexpr int kLatencyBytes = 32;
/// A new grid is started for each of these samples.
constexpr int kStarts = 5;
constexpr unsigned kOrderSeed = 1;

/// Nodes and plain TCP take turns after so many crashes.
constexpr int kCrashesInTurn = 5;

struct Measured {
  Contender contender;
  Row rate;
  Row cpu;
};

void measure_broadcast(const Choice& choice, int nodes, int bytes, bool all_send, Table& table) {
  const char* figure = all_send ? "broadcast, all send" : "broadcast, one sends";
  Load load{nodes, bytes, std::min(choice.deliveries / (nodes - 1), kLogBytesMax / bytes),
            all_send};
  load.records -= load.records % nodes;
  if (load.records == 0)
    throw BenchError(fmt::format(
        "{} nodes, {} bytes: a round has less than one record of each node; increase --deliveries, "
        "or decrease --nodes or --bytes",
        nodes, bytes));
  std::vector<Measured> all;
  for (Contender& each : contenders(choice)) {
    const Row rate{figure, each.name, nodes, bytes, "deliveries/s", {}};
    const Row cpu{figure, each.name, nodes, bytes, "us CPU/delivery", {}};
    all.push_back({std::move(each), rate, cpu});
  }
  std::vector<std::size_t> turns(all.size());
  std::iota(turns.begin(), turns.end(), std::size_t{0});
  std::mt19937 order(kOrderSeed);
  for (int round = 0; round < choice.rounds; ++round) {
    // The run before affects caches, page tables and the scheduler's accounts.
    std::shuffle(turns.begin(), turns.end(), order);
    for (const std::size_t turn : turns) {
      const Rate rate = all[turn].contender.rate(load);
      all[turn].rate.samples.push_back(rate.deliveries_per_s);
      all[turn].cpu.samples.push_back(rate.cpu_us);
    }
  }
  const auto ovid = std::find_if(all.begin(), all.end(),
                                 [](const Measured& each) { return each.rate.of == kOvid; });
  for (const Measured& each : all) {
    table.add(each.rate);
    table.add(each.cpu);
  }
  for (const Measured& each : all)
    if (each.rate.of != kOvid) table.add_ratio(ovid->rate, each.rate);
}

void measure_latency(const Choice& choice, Table& table) {
  Row bare{"one-way latency", "bare", 2, kLatencyBytes, "us", {}};
  Row node{"one-way latency", "ovid", 2, kLatencyBytes, "us", {}};
  std::vector<Row> tails{{"one-way latency, p99", "bare", 2, kLatencyBytes, "us", {}},
                         {"one-way latency, p99", "ovid", 2, kLatencyBytes, "us", {}},
                         {"one-way latency, p99.9", "bare", 2, kLatencyBytes, "us", {}},
                         {"one-way latency, p99.9", "ovid", 2, kLatencyBytes, "us", {}}};
  for (int pair = 0; pair < choice.pairs; ++pair) {
    const auto sample = [&](bool is_bare) {
      const Latency latency = is_bare ? bare_latency(kLatencyBytes, choice.sessions)
                                      : node_latency(kLatencyBytes, choice.sessions);
      (is_bare ? bare : node).samples.push_back(latency.median_us);
      tails[is_bare ? 0 : 1].samples.push_back(latency.p99_us);
      tails[is_bare ? 2 : 3].samples.push_back(latency.p999_us);
    };
    sample(pair % 2 == 0);
    sample(pair % 2 != 0);
  }
  table.add(bare);
  table.add(node);
  table.add_ratio(node, bare);
  for (const Row& tail : tails) table.add(tail);
}

Row seen_by_last(const char* figure, const char* of, int nodes,
                 const std::vector<Recovery>& recoveries) {
  Row row{figure, of, nodes, 0, "ms", {}};
  for (const Recovery& each : recoveries) row.samples.push_back(each.seen_ms);
  return row;
}

Row back_at_all(const char* figure, int nodes, const std::vector<Recovery>& recoveries) {
  Row row{figure, "back at all", nodes, 0, "ms", {}};
  for (const Recovery& each : recoveries) row.samples.push_back(each.back_ms);
  return row;
}

void measure_crashes(const Choice& choice, int nodes, Table& table) {
  const Starter starters[] = {nodes_of(choice.program, choice.sessions), tcp_mesh(choice.sessions)};
  std::vector<Recovery> recoveries[2];
  for (int first = 0; first < choice.trials; first += kCrashesInTurn)
    for (std::size_t i = 0; i < 2; ++i) {
      const Trials trials{first, std::min(first + kCrashesInTurn, choice.trials)};
      const std::vector<Recovery> some = crashes(starters[i], nodes, trials);
      recoveries[i].insert(recoveries[i].end(), some.begin(), some.end());
    }
  const Row ovid = seen_by_last("crash", "seen by the last", nodes, recoveries[0]);
  const Row floor = seen_by_last("crash", "seen, TCP mesh", nodes, recoveries[1]);
  table.add(ovid);
  table.add(floor);
  table.add_ratio(ovid, floor);
  table.add(back_at_all("crash", nodes, recoveries[0]));
}

void measure_stops(const Starter& starter, int nodes, int trials, Table& table) {
  const std::vector<Recovery> recoveries = stops(starter, nodes, {0, trials});
  table.add(seen_by_last("stop", "seen by the last", nodes, recoveries));
  table.add(back_at_all("stop", nodes, recoveries));
}

void measure_idle(const Starter& starter, int nodes, Table& table) {
  const Idle figures = idle(starter, nodes);
  table.add({"idle", "processor per node", nodes, 0, "%", {figures.processor_percent}});
  table.add({"idle", "memory per node", nodes, 0, "MiB", {figures.memory_mib}});
}

void measure_log(const Choice& choice, Table& table) {
  const Starter starter = nodes_of(choice.program, choice.sessions);
  Row get{"get of 1,000,000", "whole answer", 3, 32, "ms", {}};
  Row other{"get of 1,000,000", "another's wait", 3, 32, "ms", {}};
  Row bytes{"logged message", "besides its text", 3, 32, "bytes", {}};
  for (int i = 0; i < choice.rounds; ++i) {
    const BigLog figures = big_log(starter);
    get.samples.push_back(figures.get_ms);
    other.samples.push_back(figures.other_ms);
    bytes.samples.push_back(figures.bytes_over_payload);
  }
  for (const Row& row : {get, other, bytes}) table.add(row);
}

void measure_grids(const Choice& choice, int nodes, Table& table) {
  const auto wants = [&](Figure figure) { return choice.figures.contains(figure); };
  const Starter starter = nodes_of(choice.program, choice.sessions);
  if (wants(Figure::Startup)) {
    Row row{"start", "all see all", nodes, 0, "ms", {}};
    for (int i = 0; i < kStarts; ++i) row.samples.push_back(startup_ms(starter, nodes));
    table.add(row);
  }
  if (wants(Figure::Idle)) measure_idle(starter, nodes, table);
  if (nodes < 2) return;
  if (wants(Figure::Crash)) measure_crashes(choice, nodes, table);
  if (wants(Figure::Stop)) measure_stops(starter, nodes, choice.trials, table);
  for (const int bytes : choice.bytes) {
    if (wants(Figure::One)) measure_broadcast(choice, nodes, bytes, false, table);
    if (wants(Figure::All)) measure_broadcast(choice, nodes, bytes, true, table);
  }
}

}  // namespace

void measure(const Choice& choice, Table& table) {
  if (choice.figures.contains(Figure::Latency)) measure_latency(choice, table);
  for (const int nodes : choice.nodes) measure_grids(choice, nodes, table);
  if (choice.figures.contains(Figure::Get)) measure_log(choice, table);
  const bool broadcasts =
      choice.figures.contains(Figure::One) || choice.figures.contains(Figure::All);
  if (broadcasts && choice.nats.empty() && !table.empty())
    table.skip(kNats, "there is no nats-server in PATH (Debian: the package nats-server)");
}

}  // namespace ovid::bench
