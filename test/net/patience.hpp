#pragma once
// Tests wait for conditions, not for durations. This file has the function for that, and the
// maximum waiting time.

#include <chrono>
#include <thread>

namespace ovid::net_test {

using namespace std::chrono_literals;

/// Far longer than any promised time: a test that waits longer has found a bug.
inline constexpr auto kPatience = 20s;

/// Waits until the condition holds. Returns false if the maximum time is over first.
template <typename Condition>
bool eventually(Condition&& condition, std::chrono::nanoseconds patience = kPatience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(200us);
  }
  return true;
}

}  // namespace ovid::net_test
