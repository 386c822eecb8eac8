#pragma once
// The command line: which command, and what the user may choose for it.

#include <string>
#include <variant>

#include "ovid/app/bench_command.hpp"
#include "ovid/app/node_options.hpp"
#include "ovid/app/sim_command.hpp"
#include "ovid/app/surroundings.hpp"

namespace ovid::app {

/// The command line asked for a text (help, version) or could not be understood.
struct Answer {
  std::string text;   ///< for standard output if exit_code is 0, else for standard error
  int exit_code = 0;  ///< 0 or 2
};

/// Errors are one line naming the offending value.
std::variant<NodeOptions, SimOptions, BenchOptions, Answer> parse(int argc, const char* const* argv,
                                                                  const Surroundings& surroundings);

}  // namespace ovid::app
