#pragma once
// What this project needs of libzmq beyond cppzmq: errors as values where they are ordinary, and
// messages that share bytes. Only the net layer includes it.

#include <string>

#include <zmq.hpp>

#include "ovid/base/bytes.hpp"

namespace ovid::net {

/// Throws CannotStart with libzmq's error text.
[[noreturn]] void cannot_start(const zmq::error_t& error);

/// A context that can hold the sockets and monitors of the largest grid. Throws CannotStart.
zmq::context_t make_context();

/// Binds to tcp://host:port, or throws CannotStart naming the port and its purpose.
void bind_or_throw(zmq::socket_t& socket, const std::string& host, int port, const char* purpose);

/// Turns on TCP keepalive for the connections of this socket (see net/keep_alive.hpp).
void keep_alive(zmq::socket_t& socket);

/// A message with these bytes: small ones are copied, others are shared until the I/O thread has
/// written them.
zmq::message_t message_of(const base::Bytes& bytes);

/// The bytes of a received message.
std::string_view view_of(const zmq::message_t& message);

/// Receives without waiting; false if there is nothing. Retries when interrupted.
bool receive(zmq::socket_t& socket, zmq::message_t& message);

/// The outcome of a send.
enum class Sent : std::uint8_t { Yes, NoRoom, NoPeer };
/// Sends without waiting.
Sent send(zmq::socket_t& socket, zmq::message_t& message, bool more);

}  // namespace ovid::net
