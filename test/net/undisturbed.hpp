#pragma once
// Measures how long something takes on a machine that other programs use as well.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <vector>

namespace ovid::net_test {

using Clock = std::chrono::steady_clock;

/// The medians of one measurement.
struct Figures {
  Clock::duration takes{};
  Clock::duration beat{};  ///< of beat(), which is called once in each round
};

template <typename T>
T median_of(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

inline constexpr std::chrono::milliseconds kBeat(2);

/// How long this thread needs for a calculation that takes kBeat of CPU time.
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

/// Whether the measured action takes less than `max`. A measurement is disturbed if beat() shows
/// that threads had the CPU for less than two thirds of the time. If it is disturbed and not below
/// `max`, it is made once more. If the second one is disturbed too, it only has to be below
/// `disturbed_max`, which must be less than the time that a bug would cost.
inline bool takes_less_than(Clock::duration max, Clock::duration disturbed_max,
                            const std::function<Figures()>& measure, Figures& last) {
  const auto disturbed = [&last] { return last.beat > kBeat * 3 / 2; };
  last = measure();
  if (last.takes >= max && disturbed()) last = measure();
  return last.takes < (disturbed() ? disturbed_max : max);
}

}  // namespace ovid::net_test
