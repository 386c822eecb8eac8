#include "ovid/app/sim_command.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/agents/chatroom_promises.hpp"
#include "ovid/agents/echo.hpp"
#include "ovid/agents/echo_promises.hpp"
#include "ovid/app/arguments.hpp"
#include "ovid/app/resources.hpp"
#include "ovid/app/results.hpp"
#include "ovid/app/seed_runs.hpp"
#include "ovid/base/numbers.hpp"
#include "ovid/sim/script.hpp"

namespace ovid::app {
namespace {

constexpr std::uint64_t kSeedMax = std::numeric_limits<std::uint64_t>::max();
/// Together with what the simulator writes before it, a text is not longer than a line may be (1
/// MiB).
constexpr int kLongTextBytesMax = 1'000'000;
constexpr int kFaultsMax = 100000;
/// Longer than any scenario; a file without an end must not fill the memory.
constexpr std::size_t kScriptBytesMax = std::size_t{64} << 20;

std::vector<node::Hosted> make_chatroom(base::NodeId) {
  return node::alone("chatroom", std::make_unique<agents::Chatroom>(),
                     std::make_unique<agents::ChatroomPromises>());
}

std::vector<node::Hosted> make_echo(base::NodeId) {
  return node::alone("echo", std::make_unique<agents::Echo>(),
                     std::make_unique<agents::EchoPromises>());
}

const Choices<SimAgents> kAgents{{"chatroom", SimAgents::Chatroom},
                                 {"echo", SimAgents::Echo},
                                 {"creatures", SimAgents::Creatures},
                                 {"both", SimAgents::Both}};

void choose(SimAgents agents, sim::CampaignOptions& campaign) {
  campaign.make_agents = make_chatroom;
  campaign.questions = {"get", "alive", "count"};
  switch (agents) {
    case SimAgents::Chatroom:
      break;
    case SimAgents::Echo:
      campaign.make_agents = make_echo;
      campaign.questions = {};
      break;
    case SimAgents::Creatures:
      campaign.creatures = sim::Creatures::Always;
      break;
    case SimAgents::Both:
      campaign.creatures = sim::Creatures::BySeed;
      break;
  }
}

const Choices<bool> kDraw{{"all", true}, {"none", false}};
/// The size of a scenario's grid, because a scenario names nodes.
constexpr int kScriptNodes = 5;

/// As it was typed.
template <typename Value>
std::string_view word_of(const Choices<Value>& choices, const Value& value) {
  return std::find_if(choices.begin(), choices.end(),
                      [&](const auto& choice) { return choice.second == value; })
      ->first;
}

std::optional<SeedRange> read_seeds(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto seed = [](std::string_view one) {
    return base::read_integer<std::uint64_t>(one, 0, kSeedMax);
  };
  const auto first = seed(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : seed(text.substr(dots + 2));
  if (!first || !last || *first > *last) return std::nullopt;
  return SeedRange{*first, *last};
}

/// The numbers of faults, "none" being an empty list; nullopt if the text is neither.
std::optional<std::vector<std::size_t>> read_fault_numbers(const std::string& text) {
  if (text == "none") return std::vector<std::size_t>();
  const auto numbers = base::read_integers(text, 0, kFaultsMax - 1);
  if (!numbers) return std::nullopt;
  return std::vector<std::size_t>(numbers->begin(), numbers->end());
}

/// Whether the options ask for faults: then a run without any is an error.
bool faults_wanted(const sim::CampaignOptions& campaign) {
  return campaign.only_faults ? !campaign.only_faults->empty() : !campaign.faults.empty();
}

/// If the seed decides the size of the grid, a grid of one node may have no faults.
bool faults_expected(const sim::CampaignOptions& campaign) {
  return faults_wanted(campaign) && (campaign.nodes != 0 || campaign.only_faults);
}

/// Reads the options about faults, paths and whether the grid must be healthy. Returns what is
/// wrong.
std::optional<std::string> choose_faults(const RawSim& raw, sim::CampaignOptions& campaign) {
  auto faults = sim::parse_faults(raw.healthy && raw.faults == "all" ? "poor" : raw.faults);
  if (const auto* what = std::get_if<std::string>(&faults))
    return fmt::format("--faults: {}", *what);
  campaign.faults = std::get<sim::Faults>(std::move(faults));
  campaign.healthy = raw.healthy;
  if (raw.healthy && std::any_of(campaign.faults.begin(), campaign.faults.end(),
                                 [](sim::Verb each) { return each != sim::Verb::Poor; }))
    return fmt::format("--faults {}: with --healthy, the only fault is poor", raw.faults);
  campaign.draw_path = raw.path == "drawn";
  if (raw.path.empty() || campaign.draw_path) return std::nullopt;
  const auto path = sim::parse_quality(raw.path);
  if (const auto* what = std::get_if<std::string>(&path)) return fmt::format("--path: {}", *what);
  campaign.network.path = std::get<sim::PathQuality>(path);
  return std::nullopt;
}

/// How long silence limits may become by themselves in a grid with these paths and faults.
base::Duration silence_max_of(const RawSim& raw, const sim::CampaignOptions& campaign) {
  if (raw.silence_ms_max > 0) return std::chrono::milliseconds(raw.silence_ms_max);
  const auto& faults = campaign.faults;
  const bool poor = campaign.healthy || campaign.draw_path || !campaign.network.path.perfect() ||
                    std::find(faults.begin(), faults.end(), sim::Verb::Poor) != faults.end();
  return poor ? link::kSilenceMax : base::Duration{};
}

/// Reports that a run which was to have faults has none.
int no_fault(const SimOptions& options) {
  const SeedRange& seeds = options.seeds;
  print_error(fmt::format(
      "ovid: --only-faults {}: {} no such fault; they are numbered from 0\n", options.only_faults,
      seeds.first == seeds.last ? fmt::format("seed {} has", seeds.first)
                                : fmt::format("seeds {}..{} have", seeds.first, seeds.last)));
  return 2;
}

int run_range(const SimOptions& options) {
  keep_freed_memory();
  const bool show = isatty(STDERR_FILENO) != 0;
  const auto tell = [&](std::uint64_t done) {
    print_error(fmt::format("\r{} seeds of {}..{}", done, options.seeds.first, options.seeds.last));
  };
  const SeedRuns runs = run_seeds(
      options.seeds, options.jobs,
      [&](std::uint64_t seed) { return sim::run_seed(options.campaign, seed); },
      show ? tell : std::function<void(std::uint64_t)>());
  if (show) print_error(fmt::format("\r{:70}\r", ""));
  if (runs.failed) {
    print_result(sim::report(options.campaign, *runs.failed, options.command));
    return 1;
  }
  if (runs.faults == 0 && faults_expected(options.campaign)) return no_fault(options);
  print_result(fmt::format(
      "{} seeds, {} nodes, {:g} s each: every promise held; {} records delivered\n", runs.seeds,
      options.campaign.nodes == 0 ? "1 to 9" : fmt::format("{}", options.campaign.nodes),
      std::chrono::duration<double>(options.campaign.length).count(), runs.delivered));
  print_result(fmt::format("trace hash {:016x}\n", runs.hash));
  return 0;
}

void print_line(const std::string& line) {
  print_result(line + "\n");
}

/// Prints the trace of one seed.
int run_traced(const SimOptions& options) {
  if (faults_expected(options.campaign) &&
      sim::chosen_faults(options.campaign, options.seeds.first).empty())
    return no_fault(options);
  const sim::Verdict verdict = sim::run_seed(options.campaign, options.seeds.first, print_line);
  if (verdict.violation) print_line("broken: " + *verdict.violation);
  print_line(fmt::format("trace hash {:016x}", verdict.trace_hash));
  return verdict.violation ? 1 : 0;
}

/// The whole file; nullopt if it cannot be read or is too long.
std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  for (std::array<char, 65536> piece; file && text.size() <= kScriptBytesMax;) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof() || file.bad()) return std::nullopt;
  return text;
}

int run_script(const SimOptions& options) {
  const auto text = read_file(options.script);
  if (!text) {
    print_error(fmt::format("ovid: --script {} cannot be read, or has more than {} MiB\n",
                            options.script, kScriptBytesMax >> 20));
    return 2;
  }
  auto script = sim::parse_script(*text, options.campaign.nodes, options.campaign.length);
  if (const auto* what = std::get_if<std::string>(&script)) {
    print_error(fmt::format("ovid: --script {}: {}\n", options.script, *what));
    return 2;
  }
  sim::WorldOptions world_options{.nodes = options.campaign.nodes,
                                  .seed = options.seeds.first,
                                  .make_agents = options.campaign.make_agents,
                                  .links = options.campaign.links,
                                  .network = options.campaign.network,
                                  .healthy = options.campaign.healthy};
  world_options.links.unacked_bytes_max = sim::unacked_bytes_max(options.campaign);
  sim::World world(world_options, std::get<std::vector<sim::Action>>(std::move(script)),
                   print_line);
  world.run(options.campaign.length);
  if (options.campaign.healthy) world.check_convergence();
  if (world.violation()) {
    print_line("broken: " + *world.violation());
  } else if (const sim::Action* left = world.left()) {
    print_line("the run ended before this action: " + text_of(*left));
  }
  return world.violation() || world.left() ? 1 : 0;
}

}  // namespace

void declare_sim(CLI::App& sim, RawSim& raw) {
  add_integer(sim, "--nodes", raw.nodes, 0, base::kNodesMax,
              "size of the grid; 0: the seed decides, 1 to 9");
  add_real(sim, "--seconds", raw.seconds, 1, 100000,
           "virtual seconds per run; in the last 6 there are no faults, except one that never "
           "ends");
  add_text(sim, "--seeds", "FIRST..LAST", raw.seeds,
           "one seed, or the first and the last: 1..10000");
  add_text(sim, "--faults", "LIST", raw.faults,
           "all, none, or some of: crash pause partition block cut refuse slow late drift "
           "duplicate corrupt forge poor, separated by commas; all: without poor");
  add_integer(sim, "--fault-count", raw.fault_count, 0, kFaultsMax,
              "faults in a run; 0: the seed decides, 1 to 12");
  add_text(sim, "--only-faults", "LIST", raw.only_faults,
           "only these of the seed's faults, by number, or none (to repeat a failure)");
  add(sim, "--draw", "all|none", take_choice(raw.draw, kDraw),
      "all: the seed also decides silence limit, latency, capacities, and failures that never end; "
      "none: fixed values")
      ->default_str("all");
  add(sim, "--agents", "chatroom|echo|creatures|both", take_choice(raw.agents, kAgents),
      "which agents the nodes run; creatures do everything that an agent can do; both: the seed "
      "decides between chatrooms and creatures")
      ->default_str("both");
  add_text(sim, "--path", "SETTINGS", raw.path,
           "quality of all paths, in both directions, separated by commas: rate_kbit=256 "
           "delay_ms=50 (one way) queue_kib=64 loss_percent=1; drawn: the seed decides");
  add_flag(sim, "--healthy", raw.healthy,
           "only poor paths as faults, and check that no session ends, all nodes meet and "
           "everything arrives");
  add_integer(sim, "--silence-ms-max", raw.silence_ms_max, 0, 60000,
              "up to so many ms silence limits grow by themselves (see ovid node --help); 0: 3000 "
              "if paths are poor, otherwise not at all");
  add_real(sim, "--broadcasts-per-s", raw.broadcasts_per_s, 0, 1e6,
           "broadcasts that clients ask for, of all nodes together");
  add_integer(
      sim, "--unacked-kib-max", raw.unacked_kib_max, 0, 1 << 20,
      "KiB of unacknowledged records per peer at which clients' lines are no longer read; 0: "
      "the seed decides, or 64");
  add_integer(sim, "--long-text-bytes", raw.long_text_bytes, 1, kLongTextBytesMax,
              "bytes of one in a hundred of their texts");
  add_integer(sim, "--jobs", raw.jobs, 1, 256, "runs at the same time");
  add_text(sim, "--script", "FILE", raw.script,
           "run the scenario in this file and print its trace");
  add_flag(sim, "--trace", raw.trace, "print everything that happens in the first seed's run");
}

std::variant<SimOptions, std::string> sim_options_of(const RawSim& raw) {
  SimOptions options;
  const auto seeds = read_seeds(raw.seeds);
  if (!seeds)
    return fmt::format("--seeds {} is not a seed in 0..{} or a range of them, first..last",
                       raw.seeds, kSeedMax);
  options.seeds = *seeds;
  if (!raw.only_faults.empty()) {
    options.campaign.only_faults = read_fault_numbers(raw.only_faults);
    if (!options.campaign.only_faults)
      return fmt::format("--only-faults {} is not none or a list of numbers in 0..{}",
                         raw.only_faults, kFaultsMax - 1);
  }
  options.only_faults = raw.only_faults;
  sim::CampaignOptions& campaign = options.campaign;
  if (const auto wrong = choose_faults(raw, campaign)) return *wrong;
  campaign.nodes = raw.nodes == 0 && !raw.script.empty() ? kScriptNodes : raw.nodes;
  campaign.length = std::chrono::microseconds(static_cast<std::int64_t>(raw.seconds * 1e6));
  campaign.fault_count = raw.fault_count;
  campaign.broadcasts_per_s = raw.broadcasts_per_s;
  campaign.links = link::Config::for_grid({}, campaign.nodes, campaign.nodes);
  campaign.links.silence_max = silence_max_of(raw, campaign);
  campaign.unacked_bytes_max = static_cast<std::size_t>(raw.unacked_kib_max) << 10;
  campaign.long_text_bytes = static_cast<std::size_t>(raw.long_text_bytes);
  choose(raw.agents, campaign);
  campaign.draw = raw.draw;
  if (raw.script.empty() && faults_wanted(campaign) &&
      !sim::room_for_faults(campaign.nodes == 0 ? base::kNodesMax : campaign.nodes,
                            campaign.length))
    return fmt::format("--faults {}: no fault fits into {} s of {} nodes; use --faults none",
                       raw.faults, raw.seconds, raw.nodes);
  options.jobs = raw.jobs;
  options.script = raw.script;
  options.trace = raw.trace;
  options.command = fmt::format(
      "ovid sim --nodes {} --seconds {} --faults {} --fault-count {} "
      "--draw {} --agents {} --silence-ms-max {} --broadcasts-per-s {} --unacked-kib-max {} "
      "--long-text-bytes {}",
      raw.nodes, raw.seconds, raw.faults, raw.fault_count, word_of(kDraw, raw.draw),
      word_of(kAgents, raw.agents), raw.silence_ms_max, raw.broadcasts_per_s, raw.unacked_kib_max,
      raw.long_text_bytes);
  if (!raw.path.empty()) options.command += " --path " + raw.path;
  if (raw.healthy) options.command += " --healthy";
  return options;
}

int run_sim(const SimOptions& options) {
  if (!options.script.empty()) return run_script(options);
  return options.trace ? run_traced(options) : run_range(options);
}

}  // namespace ovid::app
