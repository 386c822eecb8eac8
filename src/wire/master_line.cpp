#include "ovid/wire/master_line.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ovid::wire {
namespace {

constexpr std::size_t kQuotedBytesMax = 40;

/// The beginning of a line we do not know, fit for an answer and a terminal.
std::string quoted(std::string_view line) {
  std::size_t end = std::min(line.size(), kQuotedBytesMax);
  while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
    --end;  // not in the middle of a UTF-8 character
  std::string text(line.substr(0, end));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return end < line.size() ? text + "..." : text;
}

}  // namespace

Command parse_command(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::string_view verb = line.substr(0, space);
  if (verb == "broadcast") {
    if (space == std::string_view::npos || space + 1 == line.size())
      return Malformed{"broadcast needs a text"};
    return Broadcast{line.substr(space + 1)};
  }
  if (line == "get") return Get{};
  if (line == "alive") return Alive{};
  if (line == "count") return Count{};
  if (line == "crash") return Crash{};
  if (line.empty()) return Malformed{"empty line"};
  return Malformed{fmt::format("unknown command: {}", quoted(line))};
}

std::string alive_line(const std::vector<base::NodeId>& ascending) {
  std::string line = "alive ";
  for (const base::NodeId id : ascending) fmt::format_to(std::back_inserter(line), "{},", id.value);
  if (!ascending.empty()) line.pop_back();
  return line += '\n';
}

std::string count_line(std::size_t messages) {
  return fmt::format("count {}\n", messages);
}

std::string error_line(std::string_view reason) {
  return fmt::format("error {}\n", reason);
}

}  // namespace ovid::wire
