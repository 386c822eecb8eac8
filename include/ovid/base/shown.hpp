#pragma once
// Bytes of any kind on one line, for people: without control characters.

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

/// How many bytes the character has with which the text begins: 1..4, or 0 if it is none of UTF-8
/// (RFC 3629, section 4) or one that controls something (also U+0080..U+009F, and the separators
/// U+2028 and U+2029).
inline std::size_t printable_bytes(std::string_view text) {
  const auto byte = [text](std::size_t at) -> unsigned {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return first < 0x20 || first == 0x7f ? 0 : 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  // The second byte's range excludes long forms, surrogates and what lies beyond U+10FFFF.
  const unsigned min = first == 0xc2 || first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned max = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < min || byte(1) > max) return 0;
  const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t at = 2; at < size; ++at)
    if (byte(at) < 0x80 || byte(at) > 0xbf) return 0;
  if (text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9")) return 0;
  return size;
}

/// The whole text. What is not printable appears as in a string of C: \n, \r, \t or \x1b.
inline std::string on_one_line(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = printable_bytes(text);
    line += text.substr(0, size);
    if (size == 0) {
      const auto c = static_cast<unsigned char>(text.front());
      line += '\\';
      if (c == '\n' || c == '\r' || c == '\t')
        line += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
      else
        (line += 'x').append({kDigits[c / 16], kDigits[c % 16]});
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return line;
}

}  // namespace ovid::base
