#pragma once
// One connection to a peer as its link knows it: whether it is there, when the next attempt is due,
// how long it may take, and why the last one failed. A pure value that the link calls.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "ovid/base/time.hpp"
#include "ovid/link/config.hpp"
#include "ovid/link/transport.hpp"

namespace ovid::link {

/// Owned by a link.
class Dialer {
 public:
  enum class Connection : std::uint8_t { None, Pending, Made };

  Connection connection() const { return connection_; }
  bool made() const { return connection_ == Connection::Made; }
  /// When the last attempt began.
  base::Time attempt_at() const { return attempt_at_; }

  /// An attempt begins; none is pending.
  void begin(base::Time now);
  void connected(base::Time now, const Config& config);

  /// Of the attempt that is pending, or of the next one. Each limit doubles whenever an attempt
  /// fails because of it, up to Config::connect_grown_max and handshake_grown_max. Where a
  /// connection takes longer, its handshake does so too. Once a message of a session has arrived,
  /// they are as configured again, but at least twice what the path needs (measured()), and for a
  /// minute they do not grow: the path is known, and something else has made an attempt fail. Many
  /// short attempts then find out soonest that a network works again.
  AttemptLimits limits(const Config& config) const;
  /// When the driver must have reported the outcome of an attempt, from its beginning on.
  base::Duration attempt_time(const Config& config) const;

  // The ways in which an attempt or a connection ends.
  void refused();
  /// No answer to the attempt in time.
  void not_made(base::Time now, const Config& config);
  /// Of a pending attempt: no handshake.
  void lost(base::Time now, const Config& config);

  /// How long to wait before the next attempt: at least `min`. Each pause is twice as long as the
  /// one before, up to Config::retry_max. After a session that worked, the first one is `min`.
  base::Duration next_pause(base::Duration min, const Config& config);
  /// How long a made connection may stay without an answer: Config::mute and its doublings, but at
  /// least twice as long as an attempt to connect needs on this path. An answer needs two round
  /// trips if the peer is connected, five if it has to connect first; an attempt needs four.
  base::Duration answer_time(const Config& config) const;
  /// A made connection is given up because the peer has not answered.
  void renewed();
  /// A message of a session has arrived: pauses and limits are short again.
  void proved(base::Time now);
  /// A round trip of a session was measured.
  void measured(base::Duration round_trip) { round_trip_ = std::min(round_trip_, round_trip); }

  /// Why the peer is not reached, for people: "refused, 41 attempts".
  std::string failure() const;

 private:
  enum class Failure : std::uint8_t { None, Refused, NotMade, NoHandshake, Lost };
  void failed(Failure why);
  bool too_short(base::Duration limit, base::Time now, const Config& config) const;

  Connection connection_ = Connection::None;
  Failure failure_ = Failure::None;     // the last one since a session's message
  std::uint8_t renewals_ = 0;           // of unanswered connections, since a session's message
  std::uint8_t connect_doublings_ = 0;  // of the limit, since a session's message
  std::uint8_t handshake_doublings_ = 0;
  std::uint32_t attempts_ = 0;  // since a session's message
  base::Duration pause_{};      // before the next attempt, unless a longer one is asked for
  base::Time attempt_at_{};
  std::optional<base::Time> proved_at_{};
  // Of the path, at most: a quarter of the time that the last successful attempt took, or less if
  // measured since.
  base::Duration round_trip_{};
};

}  // namespace ovid::link
