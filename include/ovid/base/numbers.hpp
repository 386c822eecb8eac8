#pragma once
// Numbers as people type them, on a command line or in a script. Decimal: leading zeros mean
// nothing (010 is 10); no plus sign, no hexadecimal digits, no blanks, and a whole number has no
// exponent. A number outside [min, max] is refused as well.

#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace ovid::base {

namespace numbers {

/// The whole text, or nothing.
template <typename Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace numbers

template <std::integral Integer>
std::optional<Integer> read_integer(std::string_view text, Integer min, Integer max) {
  const auto value = numbers::whole<Integer>(text);
  return value && *value >= min && *value <= max ? value : std::nullopt;
}

/// One or more, separated by commas and nothing else.
inline std::optional<std::vector<int>> read_integers(std::string_view text, int min, int max) {
  std::vector<int> all;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const auto one = read_integer(text.substr(0, comma), min, max);
    if (!one) return std::nullopt;
    all.push_back(*one);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return all;
}

/// `min` and `max` are finite, so the number is.
inline std::optional<double> read_real(std::string_view text, double min, double max) {
  const auto value = numbers::whole<double>(text);
  return value && *value >= min && *value <= max ? value : std::nullopt;
}

}  // namespace ovid::base
