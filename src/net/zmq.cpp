#include "ovid/net/zmq.hpp"

#include <cerrno>

#include <fmt/format.h>

#include "ovid/base/cannot_start.hpp"
#include "ovid/base/check.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/net/keep_alive.hpp"

namespace ovid::net {
namespace {

/// Below this, copying is cheaper than sharing (an allocation and two atomic counts).
constexpr std::size_t kCopiedBytesMax = 512;

}  // namespace

void cannot_start(const zmq::error_t& error) {
  throw base::CannotStart(fmt::format("libzmq: {}", error.what()));
}

zmq::context_t make_context() try {
  zmq::context_t context(1);
  // For each peer a DEALER and the two ends of its monitor; a few for the node itself.
  context.set(zmq::ctxopt::max_sockets, 3 * base::kNodesMax + 64);
  return context;
} catch (const zmq::error_t& error) {
  cannot_start(error);
}

void bind_or_throw(zmq::socket_t& socket, const std::string& host, int port, const char* purpose) {
  const std::string endpoint = fmt::format("tcp://{}:{}", host, port);
  if (zmq_bind(socket.handle(), endpoint.c_str()) == 0) return;
  const int error = zmq_errno();
  if (error == EADDRINUSE)
    throw base::CannotStart(fmt::format("{} port {} on {} is taken", purpose, port, host));
  throw base::CannotStart(
      fmt::format("{} port {} on {}: {}", purpose, port, host, zmq_strerror(error)));
}

void keep_alive(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, kKeepAliveIdleSeconds);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, kKeepAliveProbes);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, kKeepAliveProbeSeconds);
}

zmq::message_t message_of(const base::Bytes& bytes) {
  if (bytes.size() <= kCopiedBytesMax) return {bytes.view().data(), bytes.size()};
  auto* share = new base::Bytes(bytes);
  const auto release = [](void*, void* hint) { delete static_cast<base::Bytes*>(hint); };
  // libzmq takes void* and never writes through it.
  return {const_cast<char*>(bytes.view().data()), bytes.size(), release, share};
}

std::string_view view_of(const zmq::message_t& message) {
  return {static_cast<const char*>(message.data()), message.size()};
}

bool receive(zmq::socket_t& socket, zmq::message_t& message) {
  for (;;) {
    if (zmq_msg_recv(message.handle(), socket.handle(), ZMQ_DONTWAIT) >= 0) return true;
    if (zmq_errno() == EINTR) continue;
    base::check(zmq_errno() == EAGAIN, "zmq_msg_recv");
    return false;
  }
}

Sent send(zmq::socket_t& socket, zmq::message_t& message, bool more) {
  for (;;) {
    if (zmq_msg_send(message.handle(), socket.handle(), ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >=
        0)
      return Sent::Yes;
    switch (zmq_errno()) {
      case EINTR:
        continue;
      case EAGAIN:
        return Sent::NoRoom;
      case EHOSTUNREACH:
        return Sent::NoPeer;
      default:
        base::check(false, "zmq_msg_send");
    }
  }
}

}  // namespace ovid::net
