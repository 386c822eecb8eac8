#pragma once
// `ovid node`: its command line and the variables of the environment that it knows, with units,
// ranges and defaults.

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

/// The command line as typed; everything that has a range is an int of its unit.
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
  int ping_ms = 0;  // 0: half of silence_ms
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
  /// What the user should know although it is no error; for the log, as warnings.
  std::vector<std::string> remarks;
};

/// Of the environment; what they say counts where the option is not given.
inline constexpr std::array kNodeVariables{"OVID_BASE_PORT", "OVID_GRID", "OVID_DIALECT",
                                           "OVID_EPHEMERAL_OK", "OVID_LOG_FORMAT"};

void declare_node(CLI::App& node, RawNode& raw);
/// What the command line leaves open: the environment's word first, then what suits the size of
/// the grid. Throws CLI::ValidationError as the parser does, naming the variable.
void complete_node(const CLI::App& node, const Environment& variable, RawNode& raw);
/// Or what is wrong, naming the value.
std::variant<NodeOptions, std::string> node_options_of(const RawNode& raw,
                                                       const Surroundings& surroundings);

}  // namespace ovid::app
