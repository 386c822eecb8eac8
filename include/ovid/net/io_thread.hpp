#pragma once
// Whether libzmq's I/O thread had to wait for a processor while the loop's thread had one,
// according to the kernel's scheduler.

#include <cstdint>
#include <optional>
#include <string>

#include "ovid/base/time.hpp"

namespace ovid::net {

/// Reads /proc only when asked; without /proc the answer is always "on time". Used on the loop's
/// thread.
class IoThread {
 public:
  enum class Verdict : std::uint8_t {
    OnTime,
    Unclear,  ///< it waits for a processor now: ask again soon
    Late,     ///< it has had none since the first question, more than 75 ms ago
  };
  Verdict judge(base::Time now);

  /// What the kernel counts for a thread (proc(5): schedstat, and the state in stat).
  struct Look {
    base::Time at{};
    bool runnable = false;  ///< running, or waiting for a processor
    std::uint64_t ran_ns = 0;
    std::uint64_t turns = 0;  ///< how often it got a processor
  };
  /// The verdict of a look, compared with the first look of this silence. A thread that got a
  /// processor in between has read what had arrived.
  static Verdict judge(const Look& first, const Look& then);

 private:
  std::optional<Look> look(base::Time now);

  std::string folder_;  // of the thread in /proc; empty: not found yet
  std::optional<Look> first_;
};

}  // namespace ovid::net
