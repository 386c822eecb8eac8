#pragma once
// What the messages of a peer have shown of the path between the two nodes, and the silence limit
// that follows: how long a round trip takes at least, and how much later than the fastest message
// others have arrived. The latter is the delay variation of RFC 5481 (section 4.2): times of
// sending are the peer's (`sent` in envelopes), so a peer that sends late, because it was stopped
// or busy, does not look like a path on which packets get lost.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "ovid/base/time.hpp"
#include "ovid/link/config.hpp"

namespace ovid::link {

/// The least of the values of the last minute, and of up to one more.
class RecentMin {
 public:
  /// Takes this value into account, and returns the least one.
  base::Duration add(base::Time now, base::Duration value);
  /// Duration::max() if there is none.
  base::Duration get() const { return std::min(present_, former_); }

 private:
  base::Duration present_ = base::Duration::max();
  base::Duration former_ = base::Duration::max();  // of the minute before
  base::Time since_{};
};

/// With one peer, over all its sessions. All times are the node's own (OwnTime::at). A pure value
/// that the detector calls.
class PathHistory {
 public:
  /// A session has begun: the peer's clock may be another one.
  void session_began(base::Time now);
  /// A message of the session has arrived that was sent at this time of the peer's clock, in
  /// microseconds modulo 2^32. Returns by how much it is later than the fastest of the last minute
  /// or two; 0 unless limits may grow.
  base::Duration arrived(base::Time now, std::uint32_t sent, const Config& config);
  /// A message has made this round trip.
  void returned(base::Time now, base::Duration round_trip) { round_trip_.add(now, round_trip); }

  /// How long the peer may be silent: Config::silence and four round trips; if messages have
  /// arrived late, a ping interval and seven times late(). At most Config::silence_max.
  base::Duration limit(base::Time now, const Config& config) const;
  /// By how much a message was late at most, since no message was late for a minute; 0 if none was,
  /// by an eighth of Config::silence or more.
  base::Duration late(base::Time now) const;
  /// The least one of late; 0 if none was measured.
  base::Duration round_trip() const;
  /// Whether it is worth pinging more often: a session is younger than a minute, or a message was
  /// late. Behind a lost packet, the next one is what tells TCP soon that it was lost.
  bool unsure(base::Time now, const Config& config) const;

 private:
  RecentMin round_trip_;
  // The way of a message is the time from its sending to its arrival, on two clocks.
  std::optional<std::uint32_t> last_way_{};  // in microseconds, modulo 2^32
  base::Duration way_{};                     // of the last one, less that of the session's first
  RecentMin fastest_;                        // of these
  base::Duration late_{};
  base::Time late_at_{};     // when a message was late last
  base::Time session_at_{};  // when the last session began
};

}  // namespace ovid::link
