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

/// An error is one line that names the wrong value.
std::variant<Options, app::Answer> parse(int argc, const char* const* argv);

}  // namespace ovid::bench
