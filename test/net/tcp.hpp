#pragma once
// Plain TCP connections.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace ovid::net_test {

/// A connection to 127.0.0.1:port. Every call that waits gives up after the time of patience.hpp.
class Tcp {
 public:
  explicit Tcp(int port);
  ~Tcp();
  Tcp(Tcp&& other) noexcept;
  Tcp& operator=(Tcp&&) = delete;

  /// False if the other side has gone or does not read.
  bool send(std::string_view bytes);
  /// Writes as much as the kernel takes now.
  std::size_t send_some(std::string_view bytes);
  /// The next line without its end; "(end)" at the end of the stream, "(nothing)" if it gave up.
  std::string line();
  /// So many bytes; fewer at the end of the stream, or if it gave up.
  std::string take(std::size_t bytes);
  /// All until the other side closes.
  std::string rest();
  /// Reads and discards so many bytes as fast as they arrive.
  void swallow(std::size_t bytes);
  std::string ask(std::string_view command);
  /// Closes with a reset instead of an orderly end.
  void reset();
  void half_close();
  /// Whether the stream has ended with a reset, when it has ended.
  bool was_reset() const { return was_reset_; }
  /// A small receive buffer, so that what is not read soon stops the sender.
  void narrow();

 private:
  bool fill();

  int socket_;
  std::string read_;
  bool was_reset_ = false;
};

/// Cuts every TCP connection of this process that leads to 127.0.0.1:port, as a reset would: what
/// was on its way is lost. Returns how many there were.
int cut_connections_to(int port);

}  // namespace ovid::net_test
