#include "ovid/agents/chat_command.hpp"

#include <iterator>

#include <fmt/format.h>

#include "ovid/wire/master_line.hpp"

namespace ovid::agents {

ChatCommand parse_chat_command(std::string_view line) {
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
  return Malformed{fmt::format("unknown command: {}", wire::excerpt(line))};
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

}  // namespace ovid::agents
