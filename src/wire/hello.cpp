#include "ovid/wire/hello.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "ovid/wire/body.hpp"

namespace ovid::wire {
namespace {

constexpr std::string_view kWord = "hello ";

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool is_grid_name(std::string_view name) {
  return name.size() <= kGridNameBytesMax && std::all_of(name.begin(), name.end(), is_name_byte);
}

base::Bytes hello_body(base::NodeId sender, const Hello& hello) {
  BodyWriter writer(sender);
  writer.add(fmt::format("{}{} {}", kWord, hello.nodes, hello.grid));
  return writer.take();
}

std::optional<Hello> read_hello(std::string_view contents) {
  if (!contents.starts_with(kWord)) return std::nullopt;
  contents.remove_prefix(kWord.size());
  const std::size_t space = contents.find(' ');
  if (space == std::string_view::npos || contents.starts_with('0')) return std::nullopt;
  Hello hello;
  const auto [end, error] = std::from_chars(contents.data(), contents.data() + space, hello.nodes);
  if (error != std::errc() || end != contents.data() + space) return std::nullopt;
  hello.grid = contents.substr(space + 1);
  if (hello.nodes < 1 || hello.nodes > base::kNodesMax || !is_grid_name(hello.grid))
    return std::nullopt;
  return hello;
}

}  // namespace ovid::wire
