#pragma once
// A number and its unit, for people: "1 record", "2 records".

#include <cstdint>
#include <string>
#include <string_view>

namespace ovid::base {

/// `unit` is the singular, and its plural ends in s.
inline std::string counted(std::uint64_t number, std::string_view unit) {
  std::string text = std::to_string(number);
  text.append(" ").append(unit);
  if (number != 1) text += 's';
  return text;
}

}  // namespace ovid::base
