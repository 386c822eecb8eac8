#include "ovid/app/options.hpp"

#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace ovid::app {
namespace {

constexpr const char* kNodeUsage = "ovid node <id> <n> <master-port> [options]";

/// The usage of a command; for an unknown one, that of `node`.
std::string usage_of(const std::string& command) {
  const std::string usage = command == "sim" ? "ovid sim [options]" : kNodeUsage;
  return fmt::format("{} (more: {} --help)", usage, usage.substr(0, usage.find(' ', 5)));
}

bool is_command(const CLI::App& app, const std::string& word) {
  return !app.get_subcommands([&](const CLI::App* each) { return each->check_name(word); }).empty();
}

Answer unknown(const std::string& command) {
  if (command == "bench")
    return usage_error("ovid", "the benchmark is another program, ovid-bench",
                       "ovid-bench [figures] [options] (more: ovid-bench --help)");
  return usage_error("ovid", "unknown command: " + command, usage_of(command));
}

}  // namespace

std::variant<NodeOptions, SimOptions, Answer> parse(int argc, const char* const* argv,
                                                    const Surroundings& surroundings) {
  const std::string command = argc > 1 ? argv[1] : "";
  CLI::App app("Ovid: a messaging layer for distributed systems, and a chatroom", "ovid");
  app.require_subcommand(1);
  CLI::App* node = app.add_subcommand("node", "run one node of a grid until SIGTERM or SIGINT");
  CLI::App* sim = app.add_subcommand("sim", "run grids in the deterministic simulator");
  for (CLI::App* each : {&app, node, sim})
    each->set_version_flag("--version", "ovid " OVID_VERSION);
  RawNode raw;
  declare_node(*node, raw);
  RawSim raw_sim;
  declare_sim(*sim, raw_sim);
  if (argc > 1 && !command.starts_with('-') && !is_command(app, command)) return unknown(command);
  try {
    app.parse(argc, argv);
    if (node->parsed()) complete_node(*node, surroundings.variable, raw);
  } catch (const CLI::ParseError& stopped) {
    return answer_to(app, stopped, usage_of(command));
  }
  if (sim->parsed()) {
    auto options = sim_options_of(raw_sim);
    if (const auto* what = std::get_if<std::string>(&options))
      return usage_error("ovid", *what, usage_of(command));
    return std::get<SimOptions>(std::move(options));
  }
  auto options = node_options_of(raw, surroundings);
  if (const auto* what = std::get_if<std::string>(&options))
    return usage_error("ovid", *what, usage_of(command));
  return std::get<NodeOptions>(std::move(options));
}

}  // namespace ovid::app
