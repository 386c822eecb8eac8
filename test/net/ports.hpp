#pragma once
// Finds free ports on 127.0.0.1, below the range from which the kernel takes ports for outgoing
// connections.

namespace ovid::net_test {

/// A block of ports that only this object uses while it exists. An abstract Unix socket named after
/// the block keeps other tests out, and binding each port once shows that no other program uses it.
class Ports {
 public:
  static constexpr int kNodesMax = 16;

  Ports();
  ~Ports();
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  /// The mesh port of a node: the ports of nodes 0, 1, 2 ... follow each other.
  int mesh() const { return first_; }
  int mesh(int id) const { return first_ + id; }
  int master(int id) const { return first_ + kNodesMax + id; }

 private:
  int first_ = 0;
  int lock_ = -1;
};

}  // namespace ovid::net_test
