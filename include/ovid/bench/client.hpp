#pragma once
// A client of one node: sends lines to its master port and reads answers.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "ovid/bench/child.hpp"

namespace ovid::bench {

/// A connection to a node's master port. BenchError if the node does not answer or has ended.
class Client {
 public:
  /// Waits until the node listens. The process must live as long as this connection.
  Client(int port, const Child& node);
  Client(Client&& other) noexcept
      : node_(other.node_),
        descriptor_(std::exchange(other.descriptor_, -1)),
        heard_(std::move(other.heard_)) {}
  Client& operator=(Client&&) = delete;
  ~Client();

  int descriptor() const { return descriptor_; }
  /// Writes all of it; waits if necessary.
  void write(std::string_view bytes) const;
  /// The answer to a line, without its end.
  std::string ask(std::string_view line);
  /// Writes without waiting; returns the number of bytes written.
  std::size_t write_some(std::string_view bytes) const;

 private:
  const Child* node_;
  int descriptor_;
  std::string heard_;
};

}  // namespace ovid::bench
