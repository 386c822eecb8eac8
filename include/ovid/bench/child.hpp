#pragma once
// Processes to be measured: started here, ended here, whatever happens in between.

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace ovid::bench {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// A measurement that could not be made; the text says which and why.
class BenchError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Nothing that is measured takes so long.
inline constexpr std::chrono::seconds kPatience{60};

/// Numbers between a process and its child, each way in order. Owns its descriptor.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}
  Channel(Channel&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Channel& operator=(Channel&&) = delete;
  ~Channel();

  void say(std::int64_t value) const;
  int descriptor() const { return descriptor_; }
  /// Waits; BenchError after kPatience or when the other side is gone.
  std::int64_t hear() const;

 private:
  int descriptor_;
};

/// Killed and reaped when destroyed; killed by the kernel if this process ends before.
class Child {
 public:
  /// A program, with its standard streams at /dev/null.
  static Child run(const std::vector<std::string>& command);
  /// `work` in a copy of this process, which must have no other threads; the copy ends with it.
  static Child run(const std::function<void(const Channel& parent)>& work);

  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), channel_(std::move(other.channel_)) {}
  Child& operator=(Child&&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  const Channel& channel() const { return channel_; }
  void send_signal(int signal) const;
  /// Processor time used so far by all its threads.
  Seconds processor_time() const;
  /// Resident bytes now.
  std::uint64_t resident_bytes() const;

 private:
  Child(pid_t pid, int descriptor) : pid_(pid), channel_(descriptor) {}
  static Child fork_off(const std::function<void(int descriptor)>& work);

  pid_t pid_;
  Channel channel_;
};

/// The program that runs now.
std::string this_program();

}  // namespace ovid::bench
