#include "ovid/wire/hello.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ovid/base/numbers.hpp"
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
  writer.add({fmt::format("{}{} {}", kWord, hello.nodes, hello.grid)});
  return writer.take();
}

std::optional<Hello> read_hello(std::string_view contents) {
  if (!contents.starts_with(kWord)) return std::nullopt;
  contents.remove_prefix(kWord.size());
  const std::size_t space = contents.find(' ');
  if (space == std::string_view::npos || contents.starts_with('0')) return std::nullopt;
  const auto nodes = base::read_integer(contents.substr(0, space), 1, base::kNodesMax);
  const std::string_view grid = contents.substr(space + 1);
  if (!nodes || !is_grid_name(grid)) return std::nullopt;
  return Hello{*nodes, std::string(grid)};
}

}  // namespace ovid::wire
