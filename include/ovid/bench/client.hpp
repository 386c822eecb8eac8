#pragma once
// A client of one node: sends lines to its master port and reads answers.

#include <cstddef>
#include <string>
#include <string_view>

#include "ovid/bench/child.hpp"
#include "ovid/bench/descriptor.hpp"

namespace ovid::bench {

/// A connection to a node's master port. BenchError if the node does not answer or has ended.
class Client {
 public:
  /// Waits until the node listens. The process must live as long as this connection.
  Client(int port, const Child& node);

  int descriptor() const { return connection_.number(); }
  /// Writes all of it; waits if necessary.
  void write(std::string_view bytes) const;
  /// The answer to a line, without its end.
  std::string ask(std::string_view line);
  /// Writes without waiting; returns the number of bytes written.
  std::size_t write_some(std::string_view bytes) const;

 private:
  const Child* node_;
  Descriptor connection_;
  std::string heard_;
};

}  // namespace ovid::bench
