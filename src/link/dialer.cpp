#include "ovid/link/dialer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ovid/base/check.hpp"
#include "ovid/base/counted.hpp"

namespace ovid::link {
namespace {

/// The first pause after a lost connection, from which the others double.
constexpr base::Duration kLostDelay = 1ms;
/// For how long a path on which messages have arrived is known.
constexpr base::Duration kKnown = 1min;
/// Enough for the shortest limit that can be configured to reach the longest.
constexpr int kLimitDoublingsMax = 10;
constexpr int kAttemptRoundTrips = 1 + kHandshakeRoundTrips;

/// The longest that limits become.
AttemptLimits longest(const Config& config) {
  return {std::max(config.connect_max, config.connect_grown_max),
          std::max(config.handshake_max, config.handshake_grown_max)};
}

base::Duration doubled(base::Duration limit, int times, base::Duration max) {
  return std::max(limit, std::min(limit * (1 << times), max));
}

void count(std::uint8_t& doublings) {
  doublings = static_cast<std::uint8_t>(std::min(doublings + 1, kLimitDoublingsMax));
}

}  // namespace

void Dialer::begin(base::Time now) {
  base::check(connection_ != Connection::Pending, "an attempt must have its outcome first");
  connection_ = Connection::Pending;
  attempt_at_ = now;
  ++attempts_;
}

void Dialer::connected(base::Time now, const Config& config) {
  connection_ = Connection::Made;
  // A node that was stopped meanwhile may think that it took longer than any attempt.
  const AttemptLimits max = longest(config);
  round_trip_ = std::min(now - attempt_at_, max.connect + max.handshake) / kAttemptRoundTrips;
}

AttemptLimits Dialer::limits(const Config& config) const {
  const AttemptLimits max = longest(config);
  AttemptLimits limits{doubled(config.connect_max, connect_doublings_, max.connect),
                       doubled(config.handshake_max, handshake_doublings_, max.handshake)};
  base::Duration slowest = 2 * round_trip_;
  limits.connect = std::max(limits.connect, std::min(slowest, max.connect));
  if (connect_doublings_ > 0) slowest = limits.connect;
  limits.handshake =
      std::max(limits.handshake, std::min(kHandshakeRoundTrips * slowest, max.handshake));
  return limits;
}

base::Duration Dialer::attempt_time(const Config& config) const {
  const AttemptLimits own = limits(config);
  return own.connect + own.handshake + config.attempt_margin;
}

/// Whether the limit has ended the attempt and may be too short for the path. Not if the attempt
/// ended much sooner, for example because there is no route. Not either if the driver has reported
/// nothing at all: then it lacks something, and the next attempt must not take longer.
bool Dialer::too_short(base::Duration limit, base::Time now, const Config& config) const {
  const base::Duration took = now - attempt_at_;
  if (proved_at_ && now - *proved_at_ < kKnown) return false;
  return took >= limit / 2 && took < attempt_time(config);
}

void Dialer::failed(Failure why) {
  connection_ = Connection::None;
  failure_ = why;
}

void Dialer::refused() {
  failed(Failure::Refused);
}

void Dialer::not_made(base::Time now, const Config& config) {
  if (too_short(limits(config).connect, now, config)) count(connect_doublings_);
  failed(Failure::NotMade);
}

void Dialer::lost(base::Time now, const Config& config) {
  const bool pending = connection_ == Connection::Pending;
  if (pending && too_short(limits(config).handshake, now, config)) count(handshake_doublings_);
  failed(pending ? Failure::NoHandshake : Failure::Lost);
}

base::Duration Dialer::next_pause(base::Duration min, const Config& config) {
  const base::Duration pause = std::max(pause_, min);
  pause_ = std::clamp(2 * pause, kLostDelay, config.retry_max);
  return pause;
}

base::Duration Dialer::answer_time(const Config& config) const {
  return std::max(config.mute * (1 << renewals_), 2 * kAttemptRoundTrips * round_trip_);
}

void Dialer::renewed() {
  renewals_ = static_cast<std::uint8_t>(std::min(renewals_ + 1, kDoublingsMax));
}

void Dialer::proved(base::Time now) {
  proved_at_ = now;
  failure_ = Failure::None;
  renewals_ = 0;
  connect_doublings_ = 0;
  handshake_doublings_ = 0;
  attempts_ = 0;
  pause_ = {};
}

std::string Dialer::failure() const {
  const auto attempts = base::counted(attempts_, "attempt");
  if (made()) return "connected, no answer, " + attempts;
  switch (failure_) {
    case Failure::None:
      return "connecting, " + attempts;
    case Failure::Refused:
      return "refused, " + attempts;
    case Failure::NotMade:
      return "no connection in time, " + attempts;
    case Failure::NoHandshake:
      return "no handshake, " + attempts;
    case Failure::Lost:
      return "connection lost, " + attempts;
  }
  return "?";
}

}  // namespace ovid::link
