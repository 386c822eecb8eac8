#include "ovid/node/address_prefix.hpp"

#include <charconv>

#include <fmt/format.h>

namespace ovid::node {
namespace {

std::optional<agent::AgentId> take_place(std::string_view& text) {
  agent::AgentId place;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place.value);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || place.value >= kAgentsMax || length == text.size() || *end != ' ')
    return std::nullopt;
  text.remove_prefix(length + 1);
  return place;
}

}  // namespace

std::string address_prefix(const AddressPrefix& prefix) {
  return fmt::format("{} {} ", prefix.to.value, prefix.from.value);
}

std::optional<AddressPrefix> take_address_prefix(std::string_view& contents) {
  std::string_view rest = contents;
  const auto to = take_place(rest);
  const auto from = to ? take_place(rest) : std::nullopt;
  if (!from) return std::nullopt;
  contents = rest;
  return AddressPrefix{*to, *from};
}

}  // namespace ovid::node
