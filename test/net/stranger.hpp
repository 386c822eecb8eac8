#pragma once
// A program that is no node and connects to a mesh port. It sends anything to any node, in any
// number of frames.

#include <string>
#include <string_view>
#include <vector>

#include "grid.hpp"

#include "ovid/net/zmq.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::net_test {

/// A DEALER socket that is connected to one node of the grid.
class Stranger {
 public:
  Stranger(Grid& grid, int victim);

  void say(const std::vector<std::string>& frames);
  void say(const wire::Envelope& envelope, std::string_view body);
  /// Returns true when the node has handled everything that was sent so far, false if the time
  /// limit is over first.
  bool heard();

 private:
  Grid& grid_;
  int victim_;
  zmq::context_t context_;
  zmq::socket_t dealer_;
};

/// A body that consists of these records, each with its length, as nodes write them.
std::string body_of(const std::vector<std::string>& records);
std::string text_of(const wire::Envelope& envelope);
/// A greeting in the name of `from`, with invented numbers, and the body of a greeting, for a grid
/// of three nodes.
wire::Envelope hello(int from, int to, std::uint64_t incarnation, std::uint64_t epoch);
std::string hello_body(int from);

}  // namespace ovid::net_test
