#pragma once
// Plain TCP connections.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace ovid::net_test {

/// A connection to 127.0.0.1:port. Every call that waits gives up after the time in patience.hpp.
class Tcp {
 public:
  explicit Tcp(int port);
  ~Tcp();
  Tcp(Tcp&& other) noexcept;
  Tcp& operator=(Tcp&&) = delete;

  /// Returns false if the other side has closed the connection or does not read.
  bool send(std::string_view bytes);
  /// Writes as much as the kernel takes at once. Returns how much that was.
  std::size_t send_some(std::string_view bytes);
  /// The next line without its line feed; "(end)" at the end of the stream, "(nothing)" after the
  /// time limit.
  std::string line();
  /// Reads this many bytes. Returns fewer at the end of the stream or after the time limit.
  std::string take(std::size_t bytes);
  /// Reads everything until the other side closes the connection.
  std::string rest();
  /// Reads and discards this many bytes, as fast as they arrive.
  void swallow(std::size_t bytes);
  std::string ask(std::string_view command);
  /// Closes the connection with a reset instead of an orderly end.
  void reset();
  void half_close();
  /// After the end of the stream: whether the connection was reset.
  bool was_reset() const { return was_reset_; }
  /// Sets a small receive buffer, so that the sender soon has to wait if this side does not read.
  void narrow();

 private:
  bool fill();

  int socket_;
  std::string read_;
  bool was_reset_ = false;
};

/// Cuts every TCP connection of this process to 127.0.0.1:port as a reset would: data on its way is
/// lost. Returns how many connections were cut.
int cut_connections_to(int port);

}  // namespace ovid::net_test
