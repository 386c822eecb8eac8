#pragma once
// The command line: which command, and what the user may choose for it.

#include <variant>

#include "ovid/app/answer.hpp"
#include "ovid/app/node_options.hpp"
#include "ovid/app/sim_command.hpp"
#include "ovid/app/surroundings.hpp"

namespace ovid::app {

/// Errors are one line naming the offending value.
std::variant<NodeOptions, SimOptions, Answer> parse(int argc, const char* const* argv,
                                                    const Surroundings& surroundings);

}  // namespace ovid::app
