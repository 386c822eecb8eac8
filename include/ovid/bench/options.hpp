#pragma once
// The command line of `ovid-bench`.

#include <variant>

#include "ovid/app/answer.hpp"
#include "ovid/bench/measure.hpp"

namespace ovid::bench {

struct Options {
  Choice choice;  ///< without `program`
  bool json = false;
};

/// Errors are one line naming the offending value.
std::variant<Options, app::Answer> parse(int argc, const char* const* argv);

}  // namespace ovid::bench
