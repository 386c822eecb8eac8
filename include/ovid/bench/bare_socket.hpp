#pragma once
// What the measurements of bare libzmq need beyond net/zmq.hpp.

#include "ovid/base/check.hpp"
#include "ovid/net/zmq.hpp"

namespace ovid::bench {

/// Waits for a message frame; retries when interrupted.
inline void receive(zmq::socket_t& socket, zmq::message_t& message) {
  while (zmq_msg_recv(message.handle(), socket.handle(), 0) < 0)
    base::check(zmq_errno() == EINTR, "zmq_msg_recv");
}

}  // namespace ovid::bench
