#pragma once
// The contents of a greeting: the grid of its sender. It is the only record of a message whose
// envelope is marked as a greeting:
//
//   msg <sender> hello <n> <grid>      n: the grid's size; grid: its name, often empty

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::wire {

/// Longest name of a grid, in bytes.
inline constexpr std::size_t kGridNameBytesMax = 64;

struct Hello {
  int nodes = 1;     ///< 1..base::kNodesMax
  std::string grid;  ///< is_grid_name
  bool operator==(const Hello&) const = default;
};

/// 0 to 64 bytes of [A-Za-z0-9._-], so that a log line or a file name can contain it.
bool is_grid_name(std::string_view name);

/// The body of a greeting. `hello` is within its ranges.
base::Bytes hello_body(base::NodeId sender, const Hello& hello);

/// Reads the contents of a greeting's record; nullopt unless they have exactly the form above.
std::optional<Hello> read_hello(std::string_view contents);

}  // namespace ovid::wire
