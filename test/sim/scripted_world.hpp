#pragma once
// Runs a complete grid of chatrooms with the faults and lines of a scenario, and returns its trace.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/sim/script.hpp"
#include "ovid/sim/world.hpp"

namespace ovid::sim {

constexpr std::size_t kUnackedBytesMax = std::size_t{64} << 10;

inline std::vector<node::Hosted> make_chatroom(base::NodeId) {
  return node::alone("chatroom", std::make_unique<agents::Chatroom>());
}

/// What a run of the scenario prints, without the lines that report that a peer is up.
inline std::string trace_of(std::string_view scenario, int nodes, base::Duration length) {
  auto script = parse_script(scenario, nodes, length);
  if (const auto* what = std::get_if<std::string>(&script)) return *what;
  WorldOptions options{.nodes = nodes, .make_agents = make_chatroom, .links = {}};
  options.links.unacked_bytes_max = kUnackedBytesMax;
  std::string seen;
  const auto see = [&seen](const std::string& line) {
    if (line.find(" up: ") == std::string::npos) seen += line + "\n";
  };
  World world(options, std::get<std::vector<Action>>(std::move(script)), see);
  world.run(length);
  world.check_convergence();
  if (world.violation()) seen += "broken: " + *world.violation() + "\n";
  if (world.left()) seen += "not begun: " + text_of(*world.left()) + "\n";
  return seen;
}

/// The answers of the nodes in a trace, one line each ("2: messages a,b"), then broken promises.
inline std::string said_in(std::string_view trace) {
  constexpr std::string_view kSays = " says: ";
  std::string said;
  while (!trace.empty()) {
    const std::string_view line = trace.substr(0, trace.find('\n'));
    trace.remove_prefix(line.size() + 1);
    const std::size_t says = line.find(kSays);
    if (line.starts_with("broken") || line.starts_with("not begun"))
      said += std::string(line) + "\n";
    else if (says != std::string_view::npos)
      said += std::string(line.substr(says - 1, 1)) + ": " +
              std::string(line.substr(says + kSays.size())) + "\n";
  }
  return said;
}

}  // namespace ovid::sim
