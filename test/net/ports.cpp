#include "ports.hpp"

#include <cstddef>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ovid::net_test {
namespace {

constexpr int kPortMin = 11008;
constexpr int kPortMax = 32000;
constexpr int kBlock = 2 * Ports::kNodesMax;

/// Returns a descriptor that holds the block's name, or -1 if another process holds it.
int lock_block(int first) {
  const std::string name = fmt::format("ovid-test-ports-{}", first);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const int lock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(lock, reinterpret_cast<const sockaddr*>(&address), size) == 0) return lock;
  close(lock);
  return -1;
}

bool is_free(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  const bool bound = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return bound;
}

bool all_free(int first) {
  for (int port = first; port < first + kBlock; ++port)
    if (!is_free(port)) return false;
  return true;
}

}  // namespace

Ports::Ports() {
  std::random_device random;
  std::uniform_int_distribution<int> block(kPortMin / kBlock, kPortMax / kBlock - 1);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    first_ = block(random) * kBlock;
    lock_ = lock_block(first_);
    if (lock_ < 0) continue;
    if (all_free(first_)) return;
    close(lock_);
  }
  throw std::runtime_error("no block of free ports");
}

Ports::~Ports() {
  close(lock_);
}

}  // namespace ovid::net_test
