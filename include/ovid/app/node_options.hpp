#pragma once
// `ovid node`: its command line and environment variables, with units, ranges and defaults.

#include <array>
#include <string>
#include <variant>
#include <vector>

#include "ovid/app/arguments.hpp"
#include "ovid/app/log.hpp"
#include "ovid/app/surroundings.hpp"
#include "ovid/link/config.hpp"
#include "ovid/net/master_door.hpp"
#include "ovid/net/mesh.hpp"

namespace ovid::app {

/// The command line as typed; numbers are in the units of their names.
struct RawNode {
  int id = 0;
  int nodes = 0;
  int master_port = 0;
  int base_port = 3000;
  std::string host = "127.0.0.1";
  std::string master_host = "127.0.0.1";
  net::Answers answers = net::Answers::Lines;
  std::string grid;
  bool ephemeral_ok = false;
  Log::Options log;
  int nodes_here = 0;  // 0: all
  int silence_ms = 600;
  int silence_ms_max = 0;  // 0: decided by the peers' addresses
  int ping_ms = 0;         // 0: half of silence_ms
  int hello_ms = 100;
  int retry_ms_max = 1000;
  int mute_ms = 1000;
  int connect_ms_max = 500;
  int handshake_ms_max = 1000;
  int unacked_mib_max = 64;
  std::vector<std::string> peers;
};

struct NodeOptions {
  net::MeshConfig mesh;
  net::DoorConfig door;
  link::Config links;
  Log::Options log;
  /// Warnings about the options, for the log.
  std::vector<std::string> remarks;
};

/// The environment variables. An option wins over its variable.
inline constexpr std::array kNodeVariables{"OVID_BASE_PORT", "OVID_GRID", "OVID_DIALECT",
                                           "OVID_EPHEMERAL_OK", "OVID_LOG_FORMAT"};

void declare_node(CLI::App& node, RawNode& raw);
/// Sets options that were not given: from the environment variables, else to defaults for the size
/// of the grid. Throws CLI::ValidationError as the parser does, naming the variable.
void complete_node(const CLI::App& node, const Environment& variable, RawNode& raw);
/// The options, or an error that names the wrong value.
std::variant<NodeOptions, std::string> node_options_of(const RawNode& raw,
                                                       const Surroundings& surroundings);

}  // namespace ovid::app
