#pragma once
// Lines on their way to a descriptor that may block for ever: a pipe that nobody reads, a stopped
// terminal, a disk that hangs. A thread of its own writes them; who has a line to say never waits.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <pthread.h>

#include "ovid/app/log_line.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::app {

/// Used by one thread besides its own. Lines keep their order, and each is one write(2). Those that
/// found no room in the queue, or could not be written, are counted in a line as soon as one can be
/// written again.
class LogWriter {
 public:
  /// Lines that wait at most; about 150 bytes each.
  static constexpr std::size_t kLinesMax = 2048;
  /// How long the end waits for whoever reads the log, from close() on.
  static constexpr std::chrono::milliseconds kClosingMax{50};

  /// The descriptor is borrowed and left as it is: its flags may be a shell's as well. Format and
  /// node are those of the lines about lost ones. Throws CannotStart if no thread can be started.
  LogWriter(int descriptor, LogFormat format, base::NodeId self);
  /// Closes, and waits until all is written or kClosingMax is over. What is not written then is
  /// lost, and the thread is left alone with its queue.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// Queues a line that ends with LF.
  void push(std::string_view line);
  /// No line comes any more. Does not wait.
  void close();

 private:
  struct Queue;
  class Output;

  static void* write_all(void* queue);

  std::shared_ptr<Queue> queue_;  // with the thread, which may be left alone with it
  pthread_t thread_{};
  bool closed_ = false;
  std::chrono::steady_clock::time_point give_up_{};  // once closed
};

}  // namespace ovid::app
