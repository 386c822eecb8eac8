#pragma once
// One connection to a peer as its link knows it: whether it is there, when the next attempt is due,
// and why the last one failed. A pure value that the link calls.

#include <cstdint>
#include <string>

#include "ovid/base/time.hpp"
#include "ovid/link/config.hpp"

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
  void connected() { connection_ = Connection::Made; }

  // The ways in which an attempt or a connection ends.
  void refused();
  void not_made();  ///< no answer to the attempt in time
  void lost();      ///< of a pending attempt: no handshake

  /// How long to wait before the next attempt: at least `min`. Each pause is twice as long as the
  /// one before, up to Config::retry_max. After a session that worked, the first one is `min`.
  base::Duration next_pause(base::Duration min, const Config& config);
  /// How long a made connection may stay without an answer (Config::mute).
  base::Duration answer_time(const Config& config) const;
  /// A made connection is given up because the peer has not answered.
  void renewed();
  /// A message of a session has arrived: pauses are short again.
  void proved();

  /// Why the peer is not reached, for people: "refused, 41 attempts".
  std::string failure() const;

 private:
  enum class Failure : std::uint8_t { None, Refused, NotMade, NoHandshake, Lost };
  void failed(Failure why);

  Connection connection_ = Connection::None;
  Failure failure_ = Failure::None;  // the last one since a session's message
  std::uint16_t renewals_ = 0;       // of unanswered connections, since a session's message
  std::uint32_t attempts_ = 0;       // since a session's message
  base::Duration pause_{};           // before the next attempt, unless a longer one is asked for
  base::Time attempt_at_{};
};

}  // namespace ovid::link
