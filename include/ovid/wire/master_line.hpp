#pragma once
// What lines of clients and answers to them have in common, whichever agent reads them. What the
// words of a line mean is the agent's business (agents/chat_command.hpp is the chatroom's).

#include <cstddef>
#include <string>
#include <string_view>

namespace ovid::wire {

/// The longest line of a client in bytes, its end not counted.
inline constexpr std::size_t kLineBytesMax = std::size_t{1} << 20;

/// The beginning of a line that is not understood, fit for an answer and a terminal.
std::string excerpt(std::string_view line);

/// "error <reason>" with its line feed.
std::string error_line(std::string_view reason);

}  // namespace ovid::wire
