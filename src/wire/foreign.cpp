#include "ovid/wire/foreign.hpp"

#include <algorithm>

namespace ovid::wire {

bool begins_tls(std::string_view beginning) {
  return beginning.starts_with("\x16\x03");
}

/// Any method, also unusual ones: QUERY, PROPFIND, M-SEARCH.
bool begins_http(std::string_view beginning) {
  const std::size_t blank = beginning.find(' ');
  if (blank == std::string_view::npos || blank < 2) return false;
  const std::string_view method = beginning.substr(0, blank);
  return std::all_of(method.begin(), method.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

bool is_http(std::string_view line) {
  if (line.starts_with("Host:")) return true;
  return begins_http(line.substr(0, kBeginningBytes)) &&
         line.find(" HTTP/") != std::string_view::npos;
}

}  // namespace ovid::wire
