#include "ovid/app/sim_command.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "ovid/agents/chatroom.hpp"

namespace ovid::app {
namespace {

std::unique_ptr<agent::Agent> make_chatroom() {
  return std::make_unique<agents::Chatroom>();
}

template <typename Number>
bool read(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool read_seeds(const std::string& text, SimOptions& options) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    options.last_seed = options.first_seed;
    return read(text, options.first_seed) && (options.last_seed = options.first_seed, true);
  }
  return read(std::string_view(text).substr(0, dots), options.first_seed) &&
         read(std::string_view(text).substr(dots + 2), options.last_seed) &&
         options.first_seed <= options.last_seed;
}

bool read_indices(const std::string& text, SimOptions& options) {
  if (text.empty()) return true;
  options.campaign.only_faults.emplace();
  if (text == "none") return true;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');) {
    std::size_t index = 0;
    if (!read(word, index)) return false;
    options.campaign.only_faults->push_back(index);
  }
  return true;
}

/// Seeds one after the other, on several threads; runs share nothing.
std::vector<sim::Verdict> run_all(const SimOptions& options) {
  const std::uint64_t count = options.last_seed - options.first_seed + 1;
  std::vector<sim::Verdict> verdicts(count);
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> failed{false};
  const bool show = isatty(STDERR_FILENO) != 0;
  const auto work = [&] {
    for (std::uint64_t i = next++; i < count && !failed; i = next++) {
      verdicts[i] = sim::run_seed(options.campaign, options.first_seed + i);
      if (verdicts[i].violation) failed = true;
      if (show && i % 50 == 0)
        std::fprintf(stderr, "\r%llu of %llu seeds", static_cast<unsigned long long>(i),
                     static_cast<unsigned long long>(count));
    }
  };
  std::vector<std::thread> workers;
  for (int i = 1; i < options.jobs; ++i) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  if (show) std::fprintf(stderr, "\r                              \r");
  return verdicts;
}

int run_seeds(const SimOptions& options) {
  const std::vector<sim::Verdict> verdicts = run_all(options);
  std::uint64_t hash = 0;
  std::uint64_t delivered = 0;
  for (const sim::Verdict& verdict : verdicts) {
    hash = (hash ^ verdict.trace_hash) * 0x100000001b3;  // FNV-1a's step, in the order of seeds
    delivered += verdict.delivered;
  }
  const auto failed =
      std::find_if(verdicts.begin(), verdicts.end(),
                   [](const sim::Verdict& verdict) { return verdict.violation.has_value(); });
  if (failed != verdicts.end()) {
    const std::uint64_t seed =
        options.first_seed + static_cast<std::uint64_t>(failed - verdicts.begin());
    fmt::print("{}", sim::report(options.campaign, seed, options.command));
    return 1;
  }
  fmt::print("{} seeds, {} nodes, {:g} s each: every promise held; {} records delivered\n",
             verdicts.size(), options.campaign.nodes,
             std::chrono::duration<double>(options.campaign.length).count(), delivered);
  fmt::print("trace hash {:016x}\n", hash);
  return 0;
}

/// One seed, told event by event.
int run_traced(const SimOptions& options) {
  const sim::Verdict verdict =
      sim::run_seed(options.campaign, options.first_seed,
                    [](const std::string& line) { fmt::print("{}\n", line); });
  if (verdict.violation) fmt::print("broken: {}\n", *verdict.violation);
  fmt::print("trace hash {:016x}\n", verdict.trace_hash);
  return verdict.violation ? 1 : 0;
}

int run_script(const SimOptions& options) {
  std::ifstream file(options.script);
  if (!file) {
    fmt::print(stderr, "ovid: --script {} cannot be read\n", options.script);
    return 2;
  }
  std::vector<sim::Action> actions;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto action = sim::parse_action(line, options.campaign.nodes);
    if (const auto* what = std::get_if<std::string>(&action)) {
      fmt::print(stderr, "ovid: {} line {}: {}\n", options.script, number, *what);
      return 2;
    }
    actions.push_back(std::get<sim::Action>(action));
  }
  sim::World world({.nodes = options.campaign.nodes,
                    .seed = options.first_seed,
                    .make_agent = options.campaign.make_agent,
                    .links = options.campaign.links},
                   std::move(actions), [](const std::string& line) { fmt::print("{}\n", line); });
  world.run(options.campaign.length);
  if (world.violation()) fmt::print("broken: {}\n", *world.violation());
  return world.violation() ? 1 : 0;
}

}  // namespace

void declare_sim(CLI::App& sim, RawSim& raw) {
  sim.add_option("--nodes", raw.nodes, "size of the grid")
      ->check(CLI::Range(1, base::kNodesMax))
      ->capture_default_str();
  sim.add_option("--seconds", raw.seconds, "virtual seconds per run; the last 6 without faults")
      ->check(CLI::Range(1.0, 100000.0))
      ->capture_default_str();
  sim.add_option("--seeds", raw.seeds, "one seed, or the first and the last: 1..10000")
      ->capture_default_str();
  sim.add_option("--faults", raw.faults,
                 "all, none, or some of: crash pause partition block cut refuse slow late drift "
                 "duplicate corrupt forge, separated by commas")
      ->capture_default_str();
  sim.add_option("--fault-count", raw.fault_count, "faults in a run; 0: the seed decides, 1 to 12")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  sim.add_option(
      "--only-faults", raw.only_faults,
      "only these of the seed's faults, by their numbers, or none (to replay a failure)");
  sim.add_option("--broadcasts-per-s", raw.broadcasts_per_s, "by all nodes together")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  sim.add_option("--unacked-kib-max", raw.unacked_kib_max,
                 "KiB of unacknowledged records per peer until the masters are made to wait")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  sim.add_option("--jobs", raw.jobs, "runs at the same time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  sim.add_option("--script", raw.script, "run the scenario in this file and print its trace");
  sim.add_flag("--trace", raw.trace, "print everything that happens in the first seed's run");
}

std::variant<SimOptions, std::string> sim_options_of(const RawSim& raw) {
  SimOptions options;
  if (!read_seeds(raw.seeds, options)) return fmt::format("--seeds {} is no range", raw.seeds);
  if (!read_indices(raw.only_faults, options))
    return fmt::format("--only-faults {} are no numbers", raw.only_faults);
  auto faults = sim::parse_faults(raw.faults);
  if (const auto* what = std::get_if<std::string>(&faults))
    return fmt::format("--faults: {}", *what);
  sim::CampaignOptions& campaign = options.campaign;
  campaign.nodes = raw.nodes;
  campaign.length = std::chrono::microseconds(static_cast<std::int64_t>(raw.seconds * 1e6));
  campaign.faults = std::get<sim::Faults>(std::move(faults));
  campaign.fault_count = raw.fault_count;
  campaign.broadcasts_per_s = raw.broadcasts_per_s;
  campaign.links.unacked_bytes_max = static_cast<std::size_t>(raw.unacked_kib_max) << 10;
  campaign.make_agent = make_chatroom;
  options.jobs = raw.jobs;
  options.script = raw.script;
  options.trace = raw.trace;
  options.command = fmt::format(
      "ovid sim --nodes {} --seconds {:g} --faults {} --fault-count {} "
      "--broadcasts-per-s {:g} --unacked-kib-max {}",
      raw.nodes, raw.seconds, raw.faults, raw.fault_count, raw.broadcasts_per_s,
      raw.unacked_kib_max);
  return options;
}

int run_sim(const SimOptions& options) {
  if (!options.script.empty()) return run_script(options);
  return options.trace ? run_traced(options) : run_seeds(options);
}

}  // namespace ovid::app
