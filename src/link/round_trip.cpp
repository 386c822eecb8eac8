#include "ovid/link/round_trip.hpp"

#include <algorithm>

namespace ovid::link {
namespace {

using namespace std::chrono_literals;

/// Longer ones are taken for forgeries or for times of a clock that has been reset.
constexpr base::Duration kRoundTripMax = 10min;

}  // namespace

void RoundTrip::stamp(base::Time now, wire::Envelope& envelope) const {
  envelope.sent = wire::microseconds_of(now);
  if (peer_ == base::Incarnation{} || envelope.to_incarnation != peer_) return;
  const std::uint32_t echo =
      sent_ + (wire::microseconds_of(now) - wire::microseconds_of(arrived_at_));
  envelope.echo = std::max(echo, std::uint32_t{1});
}

std::optional<base::Duration> RoundTrip::arrived(base::Time now, const wire::Envelope& envelope) {
  peer_ = envelope.from_incarnation;
  sent_ = envelope.sent;
  arrived_at_ = now;
  if (envelope.echo == 0) return std::nullopt;
  const auto passed = std::chrono::microseconds(wire::microseconds_of(now) - envelope.echo);
  if (passed > kRoundTripMax) return std::nullopt;
  return passed;
}

}  // namespace ovid::link
