#pragma once
// The form of a line of the log: for people, or as one JSON object.
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

/// A pipe takes so many bytes in one piece (pipe(7), PIPE_BUF), so the lines of several nodes that
/// share a pipe stay whole. Longer lines are shortened; in an object, its longest texts.
constexpr std::size_t kLineBytesMax = 4096;

/// Ordinary lines fit without an allocation.
using LineBuffer = fmt::basic_memory_buffer<char, 512>;

/// Appends one line with the present time and its end.
void append_line(LineBuffer& line, LogFormat format, base::NodeId self,
                 const observe::Event& event);

/// Appends one line about lost lines: how many, and why. Allocates nothing if the buffer is large
/// enough, and does not use the time zone.
void append_lost(LineBuffer& line, LogFormat format, base::NodeId self, std::uint64_t lost,
                 std::string_view why);

}  // namespace ovid::app
