#include "ovid/wire/master_line.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ovid::wire {
namespace {

constexpr std::size_t kExcerptBytesMax = 40;

}  // namespace

std::string excerpt(std::string_view line) {
  std::size_t end = std::min(line.size(), kExcerptBytesMax);
  while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
    --end;  // not in the middle of a UTF-8 character
  std::string text(line.substr(0, end));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return end < line.size() ? text + "..." : text;
}

std::string error_line(std::string_view reason) {
  return fmt::format("error {}\n", reason);
}

}  // namespace ovid::wire
