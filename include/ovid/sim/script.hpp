#pragma once
// A scenario as people write it: one action a line (action.hpp), the first with a time; blank
// lines, comments after `#` at the beginning of a line. Any editor's UTF-8 will do: a byte order
// mark, CR LF or CR as line end, no end after the last line. Other encodings are named and refused.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/base/time.hpp"
#include "ovid/sim/action.hpp"

namespace ovid::sim {

/// The actions of a run of n nodes and this length, in the order of their times and then of the
/// lines; or what is wrong and in which line.
std::variant<std::vector<Action>, std::string> parse_script(std::string_view text, int nodes,
                                                            base::Duration length);

}  // namespace ovid::sim
