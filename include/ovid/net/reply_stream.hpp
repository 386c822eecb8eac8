#pragma once
// What was given to libzmq for one master, and whether the operating system has taken it over from
// there: only then it arrives after the end of this process.

#include <cstddef>
#include <cstdint>

#include <zmq.hpp>

namespace ovid::net {

/// The descriptor of the connection that a message came on, -1 if libzmq does not say.
int descriptor_of(zmq::message_t& message);

/// Of one connection, whose descriptor is libzmq's and is only asked. Where there is none, or not
/// any more, nothing is waited for. Used on the loop's thread.
class ReplyStream {
 public:
  ReplyStream() = default;
  explicit ReplyStream(int descriptor);

  /// So many bytes were given to libzmq.
  void sent(std::size_t bytes) { sent_ += bytes; }
  /// How many of them are in libzmq.
  std::size_t bytes_left() const;
  /// The master is told, after all that was taken, that nothing more comes.
  void end() const;

 private:
  int descriptor_ = -1;
  std::uint64_t sent_ = 0;  // and what the connection had taken before
};

}  // namespace ovid::net
