#include "tcp.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>
#include <vector>

#include "patience.hpp"
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ovid::net_test {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool ready(int socket, short events) {
  pollfd item{socket, events, 0};
  const auto patience = std::chrono::milliseconds(kPatience).count();
  return poll(&item, 1, static_cast<int>(patience)) == 1;
}

bool leads_to(int descriptor, int port) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  return getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
         peer.sin_family == AF_INET && peer.sin_port == htons(static_cast<std::uint16_t>(port));
}

}  // namespace

Tcp::Tcp(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in address = loopback(port);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("no process listens");
  const int one = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

Tcp::Tcp(Tcp&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), read_(std::move(other.read_)) {}

Tcp::~Tcp() {
  if (socket_ >= 0) close(socket_);
}

std::size_t Tcp::send_some(std::string_view bytes) {
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

bool Tcp::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!ready(socket_, POLLOUT)) return false;
    const std::size_t sent = send_some(bytes);
    if (sent == 0 && errno != EAGAIN) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

bool Tcp::fill() {
  char bytes[1 << 16];
  const ssize_t got = recv(socket_, bytes, sizeof bytes, 0);
  if (got > 0) read_.append(bytes, static_cast<std::size_t>(got));
  was_reset_ = got < 0 && errno == ECONNRESET;
  return got > 0;
}

std::string Tcp::line() {
  std::size_t seen = 0;
  for (;;) {
    const std::size_t end = read_.find('\n', seen);
    if (end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    seen = read_.size();
    if (!ready(socket_, POLLIN)) return "(nothing)";
    if (!fill()) return "(end)";
  }
}

std::string Tcp::take(std::size_t bytes) {
  while (read_.size() < bytes && ready(socket_, POLLIN) && fill()) {
  }
  std::string taken = read_.substr(0, bytes);
  read_.erase(0, bytes);
  return taken;
}

std::string Tcp::rest() {
  while (ready(socket_, POLLIN) && fill()) {
  }
  return std::move(read_);
}

void Tcp::swallow(std::size_t bytes) {
  while (bytes > 0 && ready(socket_, POLLIN)) {
    const ssize_t got = recv(socket_, nullptr, std::min(bytes, kMebibyte), MSG_TRUNC);
    if (got <= 0) return;
    bytes -= static_cast<std::size_t>(got);
  }
}

std::string Tcp::ask(std::string_view command) {
  if (!send(std::string(command) + "\n")) return "(not sent)";
  return line();
}

void Tcp::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(std::exchange(socket_, -1));
}

void Tcp::half_close() {
  shutdown(socket_, SHUT_WR);
}

void Tcp::narrow() {
  // Must exceed the loopback's segment size, or the rest would arrive in tiny pieces.
  const int bytes = 128 << 10;
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

int cut_connections_to(int port) {
  // Find all connections first: as soon as one is cut, a new one may replace it.
  std::vector<int> found;
  DIR* folder = opendir("/proc/self/fd");
  while (const dirent* entry = readdir(folder))
    if (const int descriptor = std::atoi(entry->d_name); leads_to(descriptor, port))
      found.push_back(descriptor);
  closedir(folder);
  // Connecting to AF_UNSPEC ends the connection with an RST, see connect(2).
  const sockaddr nowhere{AF_UNSPEC, {}};
  for (const int descriptor : found) connect(descriptor, &nowhere, sizeof nowhere);
  return static_cast<int>(found.size());
}

}  // namespace ovid::net_test
