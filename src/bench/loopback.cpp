#include "ovid/bench/loopback.hpp"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <random>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace ovid::bench {
namespace {

/// Lower ones are not allowed as master ports; Linux's ephemeral ports begin above.
constexpr int kPortMin = 11000;
constexpr int kPortMax = 32000;
constexpr int kBlocksTried = 200;
/// Longer than any queue of connections that are made at the same time.
constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kRetry{1};

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

Descriptor tcp_socket() {
  return Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

void turn_on(const Descriptor& tcp, int level, int option) {
  const int on = 1;
  setsockopt(tcp.number(), level, option, &on, sizeof on);
}

/// Empty if the port is taken.
Descriptor bound_to(int port) {
  Descriptor tcp = tcp_socket();
  turn_on(tcp, SOL_SOCKET, SO_REUSEADDR);
  const sockaddr_in address = loopback(port);
  return bind(tcp.number(), any(address), sizeof address) == 0 ? std::move(tcp) : Descriptor();
}

}  // namespace

int free_ports(int count) {
  std::random_device random;
  for (int i = 0; i < kBlocksTried; ++i) {
    const int first = std::uniform_int_distribution<int>(kPortMin, kPortMax - count)(random);
    bool all = true;
    for (int port = first; all && port < first + count; ++port)
      all = static_cast<bool>(bound_to(port));
    if (all) return first;
  }
  throw BenchError(fmt::format("no {} neighbouring free ports", count));
}

Descriptor listen_on(int port) {
  Descriptor tcp = bound_to(port);
  if (!tcp || listen(tcp.number(), kBacklog) != 0)
    throw BenchError(fmt::format("port {}: {}", port, std::strerror(errno)));
  return tcp;
}

Descriptor accept_from(const Descriptor& listener) {
  Descriptor tcp(accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!tcp) throw BenchError(fmt::format("accept4: {}", std::strerror(errno)));
  turn_on(tcp, IPPROTO_TCP, TCP_NODELAY);
  return tcp;
}

Descriptor connect_to(int port) {
  Descriptor tcp = tcp_socket();
  const sockaddr_in address = loopback(port);
  if (connect(tcp.number(), any(address), sizeof address) != 0) return Descriptor();
  turn_on(tcp, IPPROTO_TCP, TCP_NODELAY);
  return tcp;
}

Descriptor connect_to(int port, const Child& process) {
  const auto end = Clock::now() + kPatience;
  for (;;) {
    if (Descriptor tcp = connect_to(port)) return tcp;
    if (const auto how = process.ended())
      throw BenchError(fmt::format("the process for port {} has ended: {}", port, *how));
    if (Clock::now() > end) throw BenchError(fmt::format("no process listens on port {}", port));
    std::this_thread::sleep_for(kRetry);
  }
}

bool send_some(const Descriptor& connection, std::string_view& bytes) {
  const ssize_t sent =
      send(connection.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  bytes.remove_prefix(static_cast<std::size_t>(sent));
  return true;
}

}  // namespace ovid::bench
