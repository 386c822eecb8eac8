#pragma once
// Bytes of any kind on one line, for people: shortened, and without control characters.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace ovid::base {

inline constexpr std::size_t kShownBytesMax = 100;

/// The beginning of a text, control characters as spaces; ends in "..." if it was longer.
inline std::string shown(std::string_view text) {
  std::string line(text.substr(0, kShownBytesMax));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  if (text.size() > kShownBytesMax) line += "...";
  return line;
}

}  // namespace ovid::base
