#include "ovid/bench/loopback.hpp"

#include <cstdint>
#include <random>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ovid/bench/child.hpp"

namespace ovid::bench {
namespace {

/// Lower ones are not allowed as master ports; Linux's ephemeral ports begin above.
constexpr int kPortMin = 11000;
constexpr int kPortMax = 32000;
constexpr int kBlocksTried = 200;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// System calls take addresses of every family as sockaddr.
const sockaddr* any(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool is_free(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  const bool free = bind(descriptor, any(address), sizeof address) == 0;
  close(descriptor);
  return free;
}

}  // namespace

int free_ports(int count) {
  std::random_device random;
  for (int i = 0; i < kBlocksTried; ++i) {
    const int first = std::uniform_int_distribution<int>(kPortMin, kPortMax - count)(random);
    bool all = true;
    for (int port = first; all && port < first + count; ++port) all = is_free(port);
    if (all) return first;
  }
  throw BenchError(fmt::format("no {} neighbouring free ports", count));
}

int connect_to(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (connect(descriptor, any(address), sizeof address) != 0) {
    close(descriptor);
    return -1;
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

}  // namespace ovid::bench
