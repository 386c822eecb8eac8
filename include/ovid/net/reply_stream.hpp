#pragma once
// How many bytes of the replies to one client are still in libzmq. They are lost if this process
// ends. What the operating system has taken over from libzmq still reaches the client.

#include <cstddef>
#include <cstdint>

#include <zmq.hpp>

namespace ovid::net {

/// The descriptor of the connection that a message came on, -1 if libzmq does not say.
int descriptor_of(zmq::message_t& message);

/// Counts the bytes of one client's connection. libzmq owns its descriptor; this class only queries
/// it. If there is no descriptor, or it is closed, no bytes count as left. Used on the loop's
/// thread.
class ReplyStream {
 public:
  ReplyStream() = default;
  explicit ReplyStream(int descriptor);

  /// This many bytes more were given to libzmq.
  void sent(std::size_t bytes) { sent_ += bytes; }
  /// How many bytes the operating system has not taken over yet.
  std::size_t bytes_left() const;
  /// Ends the output: the client reads the end of the stream after all bytes that were taken over.
  void end() const;

 private:
  int descriptor_ = -1;
  std::uint64_t sent_ = 0;  // bytes given to libzmq, and those that the connection had before
};

}  // namespace ovid::net
