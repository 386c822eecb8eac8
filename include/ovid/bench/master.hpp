#pragma once
// A master of one node: a connection to its master port, lines there and answers back.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "ovid/bench/child.hpp"

namespace ovid::bench {

/// A connection to a node's master port. BenchError when the node does not answer or is gone.
class Master {
 public:
  /// Waits until the node listens. The process must live as long as this connection.
  Master(int port, const Child& node);
  Master(Master&& other) noexcept
      : node_(other.node_),
        descriptor_(std::exchange(other.descriptor_, -1)),
        heard_(std::move(other.heard_)) {}
  Master& operator=(Master&&) = delete;
  ~Master();

  int descriptor() const { return descriptor_; }
  /// All of it, waiting where need be.
  void write(std::string_view bytes) const;
  /// The answer to a line, without its end.
  std::string ask(std::string_view line);
  /// Bytes taken now, 0 if none.
  std::size_t write_some(std::string_view bytes) const;

 private:
  const Child* node_;
  int descriptor_;
  std::string heard_;
};

}  // namespace ovid::bench
