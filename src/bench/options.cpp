#include "ovid/bench/options.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ovid/app/arguments.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::bench {
namespace {

const std::map<std::string, Figure> kFigures{
    {"one", Figure::One},       {"all", Figure::All},     {"latency", Figure::Latency},
    {"start", Figure::Startup}, {"crash", Figure::Crash}, {"stop", Figure::Stop},
    {"idle", Figure::Idle},     {"get", Figure::Get}};

constexpr int kBytesMax = 1'000'000;
constexpr std::int64_t kDeliveriesMin = 1000;
constexpr std::int64_t kDeliveriesMax = std::int64_t{1} << 40;

constexpr const char* kUsage = "ovid-bench [figures] [options] (more: ovid-bench --help)";

void declare(CLI::App& command, Choice& choice) {
  const auto add_list = [&](const char* name, std::vector<int>& values, int max, const char* text) {
    app::add(command, name, fmt::format("1..{},...", max), app::take_integers(values, 1, max), text)
        ->default_str(fmt::format("{}", fmt::join(values, ",")));
  };
  add_list("--nodes", choice.nodes, base::kNodesMax, "sizes of the grid");
  add_list("--bytes", choice.bytes, kBytesMax, "sizes of a record's text in a broadcast");
  app::add(command, "--deliveries", fmt::format("{}..{}", kDeliveriesMin, kDeliveriesMax),
           app::take_integer(choice.deliveries, kDeliveriesMin, kDeliveriesMax),
           "deliveries in a round of broadcasts; fewer if a log would exceed 128 MiB")
      ->default_str(fmt::format("{}", choice.deliveries));
  app::add_integer(command, "--rounds", choice.rounds, 1, 10000,
                   "rounds of broadcasts and of `get`");
  app::add_integer(command, "--pairs", choice.pairs, 1, 10000, "pairs of latency runs");
  app::add_integer(command, "--trials", choice.trials, 1, 10000, "number of crashes and of stops");
  app::add(command, "--sessions", "own|shared",
           app::take_choice(choice.sessions, app::Choices<Sessions>{{"own", Sessions::Own},
                                                                    {"shared", Sessions::Shared}}),
           "a session of its own for each process, as masters start nodes, or one for all; Linux "
           "divides the processors between sessions")
      ->default_str("own");
  app::add_text(command, "--against", "FILE", choice.against,
                "another `ovid` program, whose broadcasts are measured in turn with this one")
      ->check(CLI::Validator(CLI::ExistingFile).description(""));
}

}  // namespace

std::variant<Options, app::Answer> parse(int argc, const char* const* argv) {
  Options options;
  std::vector<std::string> figures;
  CLI::App command(
      "measure the chatroom, and bare libzmq, plain TCP and NATS core (if nats-server is in PATH) "
      "in "
      "the same run",
      "ovid-bench");
  command.set_version_flag("--version", "ovid-bench " OVID_VERSION);
  command
      .add_option("figures", figures,
                  "what to measure (default: everything); one, all: broadcasts of one node, of all "
                  "nodes")
      ->check(CLI::IsMember(&kFigures));
  declare(command, options.choice);
  app::add_flag(command, "--json", options.json, "JSON to standard output, rows to standard error");
  try {
    command.parse(argc, argv);
  } catch (const CLI::ParseError& stopped) {
    return app::answer_to(command, stopped, kUsage);
  }
  for (const auto& [name, figure] : kFigures)
    if (figures.empty() || std::find(figures.begin(), figures.end(), name) != figures.end())
      options.choice.figures.insert(figure);
  return options;
}

}  // namespace ovid::bench
