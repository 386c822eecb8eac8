#pragma once
// Time as the protocol code sees it: an argument that the driver passes.

#include <chrono>

namespace ovid::base {

/// Tag of the driver's monotonic clock. It has no now(): protocol code reads no clock.
struct DriverClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;
};

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::time_point<DriverClock, Duration>;

/// Later than everything: no deadline.
inline constexpr Time kNever = Time::max();

/// In milliseconds, with a fraction; for log lines.
constexpr double in_ms(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

}  // namespace ovid::base
