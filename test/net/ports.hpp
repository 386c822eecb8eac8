#pragma once
// Free ports on 127.0.0.1, below those that the kernel gives to outgoing connections.

namespace ovid::net_test {

/// A block of ports, used by this object alone while it lives: an abstract Unix socket named after
/// the block excludes other tests, and a trial bind of each port excludes other programs.
class Ports {
 public:
  static constexpr int kNodesMax = 16;

  Ports();
  ~Ports();
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  /// Of node 0; node i has mesh() + i.
  int mesh() const { return first_; }
  int mesh(int id) const { return first_ + id; }
  int master(int id) const { return first_ + kNodesMax + id; }

 private:
  int first_ = 0;
  int lock_ = -1;
};

}  // namespace ovid::net_test
