#pragma once
// What lines of clients and the answers have in common for all agents. What a line means is up to
// the agent (agents/chat_command.hpp for the chatroom).

#include <cstddef>
#include <string>
#include <string_view>

namespace ovid::wire {

/// The longest line of a client in bytes, its end not counted.
inline constexpr std::size_t kLineBytesMax = std::size_t{1} << 20;

/// The beginning of an unknown line, without control characters, to be quoted in the answer.
std::string excerpt(std::string_view line);

/// "error <reason>" with its line feed.
std::string error_line(std::string_view reason);

}  // namespace ovid::wire
