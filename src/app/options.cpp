#include "ovid/app/options.hpp"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace ovid::app {
namespace {

constexpr const char* kNodeUsage = "ovid node <id> <n> <master-port> [options]";

/// How the command is used that somebody tried to type, or else a node.
std::string usage_of(const std::string& command) {
  const std::string usage = command == "sim" || command == "bench"
                                ? fmt::format("ovid {} [options]", command)
                                : kNodeUsage;
  return fmt::format("{} ({} --help tells more)", usage, usage.substr(0, usage.find(' ', 5)));
}

/// On one line, whatever the arguments held.
Answer usage_error(std::string what, const std::string& command) {
  std::replace_if(
      what.begin(), what.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return {fmt::format("ovid: {}; usage: {}\n", what, usage_of(command)), 2};
}

}  // namespace

std::variant<NodeOptions, SimOptions, BenchOptions, Answer> parse(
    int argc, const char* const* argv, const Surroundings& surroundings) {
  const std::string command = argc > 1 ? argv[1] : "";
  RawNode raw;
  CLI::App app("Ovid: a messaging substrate for distributed systems, and its chatroom", "ovid");
  app.set_version_flag("--version", "ovid " OVID_VERSION);
  app.require_subcommand(1);
  CLI::App* node = app.add_subcommand("node", "run one node of a grid until SIGTERM or SIGINT");
  node->set_version_flag("--version", "ovid " OVID_VERSION);
  declare_node(*node, raw);
  RawSim raw_sim;
  CLI::App* sim = app.add_subcommand("sim", "run grids in the deterministic simulator");
  sim->set_version_flag("--version", "ovid " OVID_VERSION);
  declare_sim(*sim, raw_sim);
  RawBench raw_bench;
  CLI::App* bench = app.add_subcommand("bench", "measure the chatroom, and bare libzmq beside it");
  bench->set_version_flag("--version", "ovid " OVID_VERSION);
  declare_bench(*bench, raw_bench);
  if (argc > 1 && argv[1][0] != '-' &&
      app.get_subcommands([&](const CLI::App* each) { return each->get_name() == argv[1]; })
          .empty())
    return usage_error(fmt::format("unknown command: {}", command), command);
  try {
    app.parse(argc, argv);
    if (node->parsed()) complete_node(*node, surroundings.variable, raw);
  } catch (const CLI::CallForHelp&) {
    return Answer{app.help()};
  } catch (const CLI::CallForVersion&) {
    return Answer{"ovid " OVID_VERSION "\n"};
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), command);
  }
  if (sim->parsed()) {
    auto options = sim_options_of(raw_sim);
    if (const auto* what = std::get_if<std::string>(&options)) return usage_error(*what, command);
    return std::get<SimOptions>(std::move(options));
  }
  if (bench->parsed()) {
    auto options = bench_options_of(raw_bench);
    if (const auto* what = std::get_if<std::string>(&options)) return usage_error(*what, command);
    return std::get<BenchOptions>(std::move(options));
  }
  auto options = node_options_of(raw, surroundings);
  if (const auto* what = std::get_if<std::string>(&options)) return usage_error(*what, command);
  return std::get<NodeOptions>(std::move(options));
}

}  // namespace ovid::app
