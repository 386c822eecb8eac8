#pragma once
// The command line: the command and its options.

#include <variant>

#include "ovid/app/answer.hpp"
#include "ovid/app/node_options.hpp"
#include "ovid/app/sim_command.hpp"
#include "ovid/app/surroundings.hpp"

namespace ovid::app {

/// An error is one line that names the wrong value.
std::variant<NodeOptions, SimOptions, Answer> parse(int argc, const char* const* argv,
                                                    const Surroundings& surroundings);

}  // namespace ovid::app
