#include "ovid/link/path_history.hpp"

#include "ovid/wire/envelope.hpp"

namespace ovid::link {
namespace {

/// For how long something that was seen counts.
constexpr base::Duration kRemembered = 1min;
/// TCP learns that a packet was lost from the packets behind it, or by a timer after 200 ms and two
/// to three round trips (RFC 6298, section 2). Measured with Linux, a message every 300 ms, a round
/// trip of 1 / 100 ms: 210 / 650 ms late. So this many round trips cover a first loss.
constexpr int kRoundTrips = 4;
/// Each time it is lost again the timer takes twice as long (section 5.5), so that it is 1, 3, 7
/// times as late as at first. Once a loss was seen, this covers two more in a row.
constexpr int kLateness = 7;
/// Less than this part of the ordinary limit is not taken for a loss: processors are busy.
constexpr int kLatePart = 8;

}  // namespace

base::Duration RecentMin::add(base::Time now, base::Duration value) {
  if (now - since_ >= kRemembered) {
    former_ = now - since_ < 2 * kRemembered ? present_ : base::Duration::max();
    present_ = value;
    since_ = now;
  }
  present_ = std::min(present_, value);
  return get();
}

void PathHistory::session_began(base::Time now) {
  session_at_ = now;
  last_way_.reset();
  way_ = {};
  fastest_ = {};
}

base::Duration PathHistory::arrived(base::Time now, std::uint32_t sent, const Config& config) {
  if (!config.learns()) return {};
  const std::uint32_t way = wire::microseconds_of(now) - sent;
  // Ways wrap around after 71 minutes, differences of two messages do not.
  if (last_way_) way_ += std::chrono::microseconds(static_cast<std::int32_t>(way - *last_way_));
  last_way_ = way;
  const base::Duration late = way_ - fastest_.add(now, way_);
  if (late >= config.silence / kLatePart) {
    late_ = std::max(late, this->late(now));
    late_at_ = now;
  }
  return late;
}

base::Duration PathHistory::late(base::Time now) const {
  return now - late_at_ < kRemembered ? late_ : base::Duration{};
}

base::Duration PathHistory::round_trip() const {
  return round_trip_.get() == base::Duration::max() ? base::Duration{} : round_trip_.get();
}

base::Duration PathHistory::limit(base::Time now, const Config& config) const {
  if (!config.learns()) return config.silence;
  const base::Duration by_round_trip = config.silence + kRoundTrips * round_trip();
  const base::Duration by_lateness = config.ping + kLateness * late(now);
  return std::min(std::max(by_round_trip, by_lateness), config.longest_silence());
}

bool PathHistory::unsure(base::Time now, const Config& config) const {
  return config.learns() && (now - session_at_ < kRemembered || late(now) > base::Duration{});
}

}  // namespace ovid::link
