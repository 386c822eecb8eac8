#pragma once
// A scenario as text: one action a line (action.hpp), the first with a time. Blank lines and lines
// that begin with `#` are skipped. The text is UTF-8. A byte order mark is allowed, lines may end
// with LF, CR LF or CR, and the last line needs no end. Other encodings are recognized, named and
// refused.

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
