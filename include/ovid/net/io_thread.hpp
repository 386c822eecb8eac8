#pragma once
// libzmq's I/O thread as the kernel's scheduler sees it: whether it had to wait for a processor
// while the loop's thread had one.

#include <cstdint>
#include <optional>
#include <string>

#include "ovid/base/time.hpp"

namespace ovid::net {

/// Reads /proc only when asked, and where there is none everything is on time. Used on the loop's
/// thread.
class IoThread {
 public:
  enum class Verdict : std::uint8_t {
    OnTime,
    Unclear,  ///< it waits for a processor at this moment: ask again soon
    Late,     ///< it has not had one since it was asked about first, more than 75 ms ago
  };
  Verdict judge(base::Time now);

  /// What the kernel has counted of a thread (proc(5): schedstat, and the state in stat).
  struct Look {
    base::Time at{};
    bool runnable = false;  ///< running, or waiting for a processor
    std::uint64_t ran_ns = 0;
    std::uint64_t turns = 0;  ///< on a processor, begun
  };
  /// What a look says, given the one that began the doubt. Whoever had a turn in between has read
  /// what there was to read.
  static Verdict judge(const Look& first, const Look& then);

 private:
  std::optional<Look> look(base::Time now);

  std::string folder_;  // in /proc, once it has been found
  std::optional<Look> first_;
};

}  // namespace ovid::net
