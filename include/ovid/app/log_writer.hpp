#pragma once
// Writes lines to a descriptor that may block for ever: a pipe that is not read, a stopped
// terminal, a disk that hangs. A separate thread writes them, so the caller never waits.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <pthread.h>

#include "ovid/app/log_line.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::app {

/// Used by one thread besides its own. Lines keep their order, and each is one write(2). Lines that
/// did not fit into the queue, or could not be written, are counted; the count is written as soon
/// as possible.
class LogWriter {
 public:
  /// Maximum number of waiting lines, about 150 bytes each.
  static constexpr std::size_t kLinesMax = 2048;
  /// How long the destructor waits for the reader of the log, counted from close().
  static constexpr std::chrono::milliseconds kClosingMax{50};

  /// The descriptor is borrowed; its flags are not changed, because a shell may share them. Format
  /// and node are for the lines about lost lines. Throws CannotStart if no thread can be started.
  LogWriter(int descriptor, LogFormat format, base::NodeId self);
  /// Closes, and waits until all is written or kClosingMax is over. What is not written then is
  /// lost; the thread continues to exist, with its queue.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// Queues a line that ends with LF.
  void push(std::string_view line);
  /// Call after the last line. Does not wait.
  void close();

 private:
  struct Queue;
  class Output;

  static void* write_all(void* queue);

  std::shared_ptr<Queue> queue_;  // shared with the thread, which may outlive this object
  pthread_t thread_{};
  bool closed_ = false;
  std::chrono::steady_clock::time_point give_up_{};  // once closed
};

}  // namespace ovid::app
