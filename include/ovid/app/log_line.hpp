#pragma once
// What a line of the log looks like.

#include <cstddef>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "ovid/base/ids.hpp"
#include "ovid/base/note.hpp"

namespace ovid::app {

/// The most that a pipe takes in one piece (pipe(7), PIPE_BUF): the lines of several nodes that
/// share one stay whole. Longer lines are cut.
constexpr std::size_t kLineBytesMax = 4096;

/// Holds ordinary lines without allocating.
using LineBuffer = fmt::basic_memory_buffer<char, 512>;

/// Appends one line with the present time and its end. Allocates nothing while the buffer is large
/// enough, and asks no time zone.
void append_line(LineBuffer& line, base::NodeId self, std::optional<base::NodeId> peer,
                 base::Severity severity, std::string_view text);

}  // namespace ovid::app
