#pragma once
// How long something takes on a machine that others use as well.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <vector>

namespace ovid::net_test {

using Clock = std::chrono::steady_clock;

/// Medians of one measurement.
struct Figures {
  Clock::duration takes{};
  Clock::duration beat{};  ///< beat(), once in each round
};

template <typename T>
T median_of(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

inline constexpr std::chrono::milliseconds kBeat(2);

/// How long this thread takes for a calculation of kBeat.
inline Clock::duration beat() {
  const auto used = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto began = Clock::now();
  const auto end = used() + kBeat;
  while (used() < end) {
  }
  return Clock::now() - began;
}

/// Whether it takes less than `max`. A measurement that was disturbed counts only if it is good: if
/// the beat says that threads had the CPU for less than two thirds of the time, all is measured
/// once more. If that was disturbed too, `disturbed_max` holds, which must be less than what a bug
/// costs.
inline bool takes_less_than(Clock::duration max, Clock::duration disturbed_max,
                            const std::function<Figures()>& measure, Figures& last) {
  const auto disturbed = [&last] { return last.beat > kBeat * 3 / 2; };
  last = measure();
  if (last.takes >= max && disturbed()) last = measure();
  return last.takes < (disturbed() ? disturbed_max : max);
}

}  // namespace ovid::net_test
