#pragma once
// What a line of the log looks like: for people, or as one JSON object.
//
//   2026-11-22T18:00:00.123Z node 0 peer 2 warning: down: silent for 600.2 ms ...
//   {"time":"2026-11-22T18:00:00.123Z","node":0,"severity":"warning","event":"session_ended", ...}
//
// Fields of an object: those of the event (observe/link_events.hpp, observe/node_events.hpp);
// incarnations and epochs as 16 hexadecimal digits, durations in milliseconds.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "ovid/base/ids.hpp"
#include "ovid/observe/event.hpp"

namespace ovid::app {

enum class LogFormat : std::uint8_t { Text, Json };

/// As long as what a pipe takes in one piece (pipe(7), PIPE_BUF): the lines of several nodes that
/// share one stay whole. Longer lines are cut, in an object its longest texts.
constexpr std::size_t kLineBytesMax = 4096;

/// Holds ordinary lines without allocating.
using LineBuffer = fmt::basic_memory_buffer<char, 512>;

/// Appends one line with the present time and its end.
void append_line(LineBuffer& line, LogFormat format, base::NodeId self,
                 const observe::Event& event);

/// Appends one line that says how many lines of the log were lost and why. Allocates nothing while
/// the buffer is large enough, and asks no time zone.
void append_lost(LineBuffer& line, LogFormat format, base::NodeId self, std::uint64_t lost,
                 std::string_view why);

}  // namespace ovid::app
