#pragma once
// Time as the protocol code sees it: an argument, never read. The drivers say what "now" is.

#include <chrono>

namespace ovid::base {

/// Tag of the driver's monotonic time line. It has no now() on purpose.
struct DriverClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;
};

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::time_point<DriverClock, Duration>;

/// Later than everything: the deadline of whoever waits for nothing.
inline constexpr Time kNever = Time::max();

/// For log lines: whole and tenth milliseconds.
constexpr double in_ms(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

}  // namespace ovid::base
