#include "ovid/sim/limits.hpp"

#include <algorithm>

#include "ovid/link/dialer.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// Until two nodes have met (Limits::meets_within).
constexpr int kTooShortMax = 10;
constexpr int kAttempts = 3;
constexpr int kMeetingRoundTrips = 20;

/// Answers to a peer are bounded in each ping interval. Once they are used up, the greetings that a
/// node repeats by itself come sooner than the next interval, except in large grids.
base::Duration until_answered_again(const link::Config& links) {
  return links.hello > links.ping ? links.ping : base::Duration{};
}

/// First the limits of attempts are too short for the round trip.
base::Duration until_connected(const link::Config& links, base::Duration round_trip) {
  link::Dialer dialer;
  base::Time now{};
  for (int failed = 0; failed < kTooShortMax; ++failed) {
    const link::AttemptLimits limits = dialer.limits(links);
    const bool answered = limits.connect >= round_trip;
    if (answered && limits.handshake >= link::kHandshakeRoundTrips * round_trip) break;
    dialer.begin(now);
    now += answered ? round_trip + limits.handshake : limits.connect;
    answered ? dialer.lost(now, links) : dialer.not_made(now, links);
    now += links.retry_max;
  }
  return now.time_since_epoch() + kAttempts * (dialer.attempt_time(links) + links.retry_max);
}

}  // namespace

Limits::Limits(const link::Config& links, const Traits& traits)
    : Limits(links, traits, traits.latency_max + traits.path.slowest()) {}

Limits::Limits(const link::Config& links, const Traits& traits, base::Duration latency_max)
    : unseen_after(links.longest_silence() + links.silence * 2 / 5 + 160ms + 4 * latency_max),
      gone_after(160ms + 2 * traits.rare_latency_max + 8 * latency_max),
      learns_within(links.ping + 4 * latency_max),
      learns_after_calm(learns_within + 2 * traits.rare_latency_max + until_answered_again(links)),
      back_within(300ms + 4 * latency_max),
      back_within_slow_path(300ms + 4 * std::max(latency_max, traits.rare_latency_max)),
      after_trouble(4 * links.silence + links.longest_silence() + 10 * latency_max),
      slow_enough_ms(25 * links.silence / 600ms),
      meets_within(until_connected(links, 2 * latency_max) + kMeetingRoundTrips * 2 * latency_max),
      slowest_harmless_(links.silence / 4) {}

bool Limits::harmless(const PathQuality& quality) const {
  return quality.loss_percent == 0 && quality.slowest() <= slowest_harmless_;
}

}  // namespace ovid::sim
