#include "ovid/app/log_writer.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ovid/base/cannot_start.hpp"

namespace ovid::app {
namespace {

using namespace std::chrono_literals;

/// Less than the usual 8 MiB, because every node has this thread.
constexpr std::size_t kStackBytes = std::size_t{128} << 10;

/// An eventfd(2), which one thread sets and another waits for.
class Event {
 public:
  Event() : descriptor_(eventfd(0, EFD_CLOEXEC)) {
    if (descriptor_ < 0)
      throw base::CannotStart(fmt::format("no descriptor for the log: {}", std::strerror(errno)));
  }
  ~Event() { ::close(descriptor_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set() const { eventfd_write(descriptor_, 1); }
  void wait() const {
    eventfd_t count = 0;
    while (eventfd_read(descriptor_, &count) != 0 && errno == EINTR) {
    }
  }
  bool wait_until(std::chrono::steady_clock::time_point end) const {
    pollfd item{descriptor_, POLLIN, 0};
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(
          std::max(end - std::chrono::steady_clock::now(), std::chrono::nanoseconds{}));
      const int ready = poll(&item, 1, static_cast<int>(left.count()));
      if (ready >= 0 || errno != EINTR) return ready > 0;
    }
  }

 private:
  const int descriptor_;
};

}  // namespace

/// What the two threads share. The thread that pushes lines allocates and frees them, so that the
/// other needs no heap.
struct LogWriter::Queue {
  struct Line {
    std::string text;
    std::uint64_t lost;  // how many lines before this one were lost
  };

  Queue(int to, LogFormat how, base::NodeId node)
      : descriptor(to), format(how), self(node), lines(kLinesMax) {}
  std::unique_ptr<Line>& at(std::uint64_t number) { return lines[number % kLinesMax]; }

  const int descriptor;
  const LogFormat format;
  const base::NodeId self;
  std::vector<std::unique_ptr<Line>> lines;
  std::uint64_t freed = 0;                // pushing thread only: freed <= written <= pushed
  std::atomic<std::uint64_t> pushed{0};   // changed by the pushing thread only
  std::atomic<std::uint64_t> lost{0};     // changed by the pushing thread only
  std::atomic<std::uint64_t> written{0};  // changed by the writing thread only
  std::atomic<bool> closing{false};
  Event news;      // something was pushed, lost, or the queue is closing
  Event finished;  // the writing thread has nothing left to do
};

/// The writing thread's side: writes whole lines to the descriptor and counts those it could not.
class LogWriter::Output {
 public:
  explicit Output(const Queue& queue) : queue_(queue) {}

  void write(std::string_view line) {
    if (!tell_failed() || !put(line)) ++failed_;
  }
  /// So far `lost` lines did not fit into the queue.
  void tell_lost(std::uint64_t lost) {
    if (lost <= told_ || !tell_failed()) return;
    if (tell(lost - told_, "the log was not read in time")) told_ = lost;
  }
  bool tell_failed() {
    if (failed_ == 0) return true;
    std::array<char, 64> buffer{};
    std::array<char, 128> why{};
    const auto written =
        fmt::format_to_n(why.data(), why.size(), "the log could not be written: {}",
                         strerror_r(error_, buffer.data(), buffer.size()));
    if (!tell(failed_, {why.data(), std::min(written.size, why.size())})) return false;
    failed_ = 0;
    return true;
  }

 private:
  /// Writes a line about lost lines.
  bool tell(std::uint64_t lost, std::string_view why) {
    LineBuffer line;
    if (torn_) line.push_back('\n');
    append_lost(line, queue_.format, queue_.self, lost, why);
    return put({line.data(), line.size()});
  }

  /// In one write(2), unless the system takes only a part.
  bool put(std::string_view bytes) {
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t count = ::write(queue_.descriptor, rest.data(), rest.size());
      if (count >= 0) {
        rest.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN) {
        // Another process that shares the file has made it non-blocking.
        pollfd item{queue_.descriptor, POLLOUT, 0};
        poll(&item, 1, -1);
      } else if (errno != EINTR) {
        error_ = errno;
        torn_ |= rest.size() < bytes.size();
        return false;
      }
    }
    torn_ = false;
    return true;
  }

  const Queue& queue_;
  std::uint64_t told_ = 0;    // lines that did not fit and were reported
  std::uint64_t failed_ = 0;  // lines that were not written, and not reported yet
  int error_ = 0;             // why
  bool torn_ = false;         // the last line was written in part
};

LogWriter::LogWriter(int descriptor, LogFormat format, base::NodeId self)
    : queue_(std::make_shared<Queue>(descriptor, format, self)) {
  // This thread handles no signals. With SIGTTOU blocked, it can write to the terminal of a node in
  // the background (`stty tostop`) without stopping the node.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  auto share = std::make_unique<std::shared_ptr<Queue>>(queue_);  // for the thread
  const int error = pthread_create(&thread_, &attributes, write_all, share.get());
  if (error == 0) static_cast<void>(share.release());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0)
    throw base::CannotStart(fmt::format("no thread for the log: {}", std::strerror(error)));
}

LogWriter::~LogWriter() {
  close();
  if (queue_->finished.wait_until(give_up_))
    pthread_join(thread_, nullptr);
  else
    pthread_detach(thread_);
}

void LogWriter::push(std::string_view line) {
  if (closed_) return;
  Queue& queue = *queue_;
  const std::uint64_t written = queue.written.load(std::memory_order_acquire);
  for (; queue.freed != written; ++queue.freed) queue.at(queue.freed).reset();
  const std::uint64_t next = queue.pushed.load(std::memory_order_relaxed);
  const std::uint64_t lost = queue.lost.load(std::memory_order_relaxed);
  if (next - written == kLinesMax) {
    queue.lost.store(lost + 1, std::memory_order_relaxed);
  } else {
    queue.at(next) = std::make_unique<Queue::Line>(Queue::Line{std::string(line), lost});
    queue.pushed.store(next + 1, std::memory_order_release);
  }
  queue.news.set();
}

void LogWriter::close() {
  if (closed_) return;
  closed_ = true;
  give_up_ = std::chrono::steady_clock::now() + kClosingMax;
  queue_->closing.store(true, std::memory_order_release);
  queue_->news.set();
}

void* LogWriter::write_all(void* argument) {
  const std::unique_ptr<std::shared_ptr<Queue>> share(
      static_cast<std::shared_ptr<Queue>*>(argument));
  Queue& queue = **share;
  Output output(queue);
  for (bool closing = false; !closing;) {
    queue.news.wait();
    closing = queue.closing.load(std::memory_order_acquire);
    std::uint64_t next = queue.written.load(std::memory_order_relaxed);
    while (next != queue.pushed.load(std::memory_order_acquire)) {
      const Queue::Line& line = *queue.at(next);
      output.tell_lost(line.lost);
      output.write(line.text);
      queue.written.store(++next, std::memory_order_release);
    }
    output.tell_lost(queue.lost.load(std::memory_order_relaxed));
  }
  output.tell_failed();
  queue.finished.set();
  return nullptr;
}

}  // namespace ovid::app
