#include "ovid/bench/round_trips.hpp"

#include <cstddef>
#include <cstdint>

#include "ovid/bench/loopback.hpp"
#include "ovid/bench/statistics.hpp"

namespace ovid::bench {
namespace {

constexpr std::size_t kWarmUp = 500;
constexpr std::size_t kMeasured = 3000;

Latency hear_first(const std::vector<Child>& sides) {
  const auto next_us = [&] { return static_cast<double>(hear(sides.front(), sides)) / 1e3; };
  const double median_us = next_us();
  const double p99_us = next_us();
  return {median_us, p99_us, next_us()};
}

}  // namespace

bool RoundTrips::end() {
  times_.push_back(Seconds(Clock::now() - began_).count());
  return times_.size() == kWarmUp + kMeasured;
}

void RoundTrips::tell(const Channel& parent) const {
  const std::vector<double> measured(times_.begin() + kWarmUp, times_.end());
  for (const double q : {0.5, 0.99, 0.999})
    parent.say(static_cast<std::int64_t>(quantile(measured, q) * 1e9 / 2));
}

Latency latency(Side side, int bytes, Sessions sessions) {
  const int port = free_ports(4);
  std::vector<Child> sides;
  for (int self = 0; self < 2; ++self)
    sides.push_back(
        Child::run([=](const Channel& parent) { side(parent, self, port, bytes); }, sessions));
  return hear_first(sides);
}

}  // namespace ovid::bench
