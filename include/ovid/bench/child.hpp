#pragma once
// Processes to be measured: started and always ended here.

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace ovid::bench {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// A measurement that could not be made; the text is the reason.
class BenchError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Longer than everything that is measured.
inline constexpr std::chrono::seconds kPatience{60};

/// Numbers between a process and its child, in order in each direction. Owns its descriptor.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}
  Channel(Channel&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Channel& operator=(Channel&&) = delete;
  ~Channel();

  void say(std::int64_t value) const;
  int descriptor() const { return descriptor_; }
  /// Waits; false if there is nothing to receive after so long.
  bool has_word(std::chrono::milliseconds patience) const;
  /// Waits; BenchError after kPatience or when the other side is gone.
  std::int64_t hear() const;

 private:
  int descriptor_;
};

/// Linux divides the processors between sessions first and then between the processes of each
/// (autogroup, sched(7)). Masters start each node in a session of its own.
enum class Sessions : std::uint8_t {
  Own,     ///< one for each process
  Shared,  ///< all are in that of this process
};

/// Killed and reaped when destroyed; killed by the kernel if this process ends before.
class Child {
 public:
  /// A program, with nothing to read or to print to; what it writes to standard error is kept.
  static Child run(const std::vector<std::string>& command, Sessions sessions);
  /// `work` in a copy of this process, which must have no other threads; the copy ends with it.
  static Child run(const std::function<void(const Channel& parent)>& work, Sessions sessions);

  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        channel_(std::move(other.channel_)),
        words_(std::exchange(other.words_, -1)) {}
  Child& operator=(Child&&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  /// A child that runs a program sends nothing.
  const Channel& channel() const { return channel_; }
  /// How it ended and its last lines on standard error; nullopt while it runs.
  std::optional<std::string> ended() const;
  /// The same for a child that seems to have ended: waits shortly for its end. Empty if it runs.
  std::string why_gone() const;
  void send_signal(int signal) const;
  /// Processor time used so far by all its threads.
  Seconds processor_time() const;
  /// Resident bytes now.
  std::uint64_t resident_bytes() const;

 private:
  Child(pid_t pid, int descriptor, int words) : pid_(pid), channel_(descriptor), words_(words) {}
  /// `ends`: of the channel, the child's is the second; -1: there is none.
  static Child fork_off(std::array<int, 2> ends, Sessions sessions,
                        const std::function<void(int descriptor)>& work);
  std::string last_output() const;

  pid_t pid_;
  Channel channel_;
  int words_;  // a file in memory: writing to it never makes the child wait
};

/// The next number from one child of a group. BenchError if any of them ends before.
std::int64_t hear(const Child& from, const std::vector<Child>& group);

/// The path of a program in the folder of the one that runs now.
std::string program_beside(const std::string& name);
/// The path of a program in one of the folders of PATH; empty if it is in none.
std::string program_in_path(const std::string& name);

}  // namespace ovid::bench
