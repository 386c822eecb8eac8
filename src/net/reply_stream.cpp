#include "ovid/net/reply_stream.hpp"

#include <optional>

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace ovid::net {
namespace {

/// All bytes that were written to a TCP connection: those that its other side has acknowledged
/// (RFC 4898, tcpEStatsAppHCThruOctetsAcked), and those that wait for it. Nothing if it is none.
std::optional<std::uint64_t> written(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  int waiting = 0;
  // In this order: what is acknowledged in between is missing rather than counted twice.
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
      ioctl(descriptor, SIOCOUTQ, &waiting) != 0)
    return std::nullopt;
  return info.tcpi_bytes_acked + static_cast<std::uint64_t>(waiting);
}

}  // namespace

int descriptor_of(zmq::message_t& message) {
  return zmq_msg_get(message.handle(), ZMQ_SRCFD);
}

ReplyStream::ReplyStream(int descriptor)
    : descriptor_(descriptor), sent_(written(descriptor).value_or(0)) {}

std::size_t ReplyStream::bytes_left() const {
  const auto taken = written(descriptor_);
  return taken && *taken < sent_ ? sent_ - *taken : 0;
}

void ReplyStream::end() const {
  shutdown(descriptor_, SHUT_WR);
}

}  // namespace ovid::net
