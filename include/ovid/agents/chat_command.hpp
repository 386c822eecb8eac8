#pragma once
// The chatroom's commands, one line each, and its answers. Grammar (without the ends of lines):
//
//   get | alive | count | crash | broadcast <text>      text: everything after the first space
//
//   messages m1,m2,...     alive 0,2,5     count 7     error <reason>

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/base/ids.hpp"

namespace ovid::agents {

struct Get {};
struct Alive {};
struct Count {};
struct Crash {};
struct Broadcast {
  std::string_view text;  ///< never empty; a view into the line
};
struct Malformed {
  std::string reason;
};
using ChatCommand = std::variant<Get, Alive, Count, Crash, Broadcast, Malformed>;

/// Takes any bytes.
ChatCommand parse_chat_command(std::string_view line);

/// Answers, with their line feed.
std::string alive_line(const std::vector<base::NodeId>& ascending);
std::string count_line(std::size_t messages);

}  // namespace ovid::agents
