#pragma once
// Follows the inputs of a node, for example to record them.

#include "ovid/node/input.hpp"

namespace ovid::node {

/// Sees every input before the node does.
class InputReader {
 public:
  virtual ~InputReader() = default;
  virtual void read(const Input& input) = 0;
};

}  // namespace ovid::node
