#pragma once
// Many descriptors behind one: the loop polls a single epoll(7) descriptor for all peers.

#include <cstdint>
#include <vector>

namespace ovid::net {

/// Owns an epoll descriptor; always edge-triggered.
class Epoll {
 public:
  Epoll();
  ~Epoll();
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;

  /// Reports `tag` whenever the descriptor becomes readable, until it is closed.
  void watch(int descriptor, std::uint64_t tag);
  /// Reports `tag` once the descriptor becomes writable.
  void watch_writable(int descriptor, std::uint64_t tag);
  /// The tags that have become ready; does not wait.
  const std::vector<std::uint64_t>& ready();
  int descriptor() const { return descriptor_; }

 private:
  void add(int descriptor, std::uint32_t events, std::uint64_t tag);
  int descriptor_;
  std::vector<std::uint64_t> ready_;
};

}  // namespace ovid::net
