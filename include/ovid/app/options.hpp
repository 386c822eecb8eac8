#pragma once
// The command line: what the user may choose, with its unit, range and default.

#include <string>
#include <variant>

#include "ovid/app/bench_command.hpp"
#include "ovid/app/sim_command.hpp"
#include "ovid/base/note.hpp"
#include "ovid/link/config.hpp"
#include "ovid/net/master_door.hpp"
#include "ovid/net/mesh.hpp"

namespace ovid::app {

struct NodeOptions {
  net::MeshConfig mesh;
  net::DoorConfig door;
  link::Config links;
  base::Severity least_severity = base::Severity::Info;
};

/// The command line asked for a text (help, version) or could not be understood.
struct Answer {
  std::string text;   ///< for standard output if exit_code is 0, else for standard error
  int exit_code = 0;  ///< 0 or 2
};

/// Ports that the kernel gives to outgoing connections (ip(7), ip_local_port_range), inclusive.
struct PortRange {
  int first = 32768;
  int last = 60999;
};
PortRange ephemeral_ports();

/// Errors are one line naming the offending value.
std::variant<NodeOptions, SimOptions, BenchOptions, Answer> parse(int argc, const char* const* argv,
                                                                  const PortRange& ephemeral);

}  // namespace ovid::app
