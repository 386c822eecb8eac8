#pragma once
// The failure detector of one peer: for how long it has been silent, not counting this node's own
// delays, whether that is longer than its path explains, and whether the peer is the cause.
// (Eventually perfect, class P with a diamond: T. D. Chandra, S. Toueg, "Unreliable Failure
// Detectors for Reliable Distributed Systems", JACM 43(2), 1996, section 3.)

#include <optional>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/config.hpp"
#include "ovid/link/evidence.hpp"
#include "ovid/link/excuse.hpp"
#include "ovid/link/own_time.hpp"
#include "ovid/link/path_history.hpp"
#include "ovid/link/round_trip.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/observe/stream.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

/// What a detector needs of its own node.
struct OwnNode {
  const Config& config;
  const OwnTime& own;
  Transport& transport;
  observe::Stream& stream;
};

/// Owned by a link. All times are the driver's.
class Detector {
 public:
  /// A session has begun. Its first message can only arrive after a round trip, if this is known.
  void session_began(base::Time now, const OwnNode& node);
  /// A message of the peer has arrived that is not of the session. Returns the round trip that it
  /// completes, nullopt if none.
  std::optional<base::Duration> arrived(base::Time now, const wire::Envelope& envelope,
                                        const OwnNode& node);
  /// One of the session has arrived. Where limits grow, the round trip that is returned does not
  /// contain the time by which this message is late: the peer's own data, behind which it has
  /// waited, say nothing about the path to the peer.
  std::optional<base::Duration> heard(base::Time now, const wire::Envelope& envelope,
                                      const OwnNode& node);
  /// Writes times into a message that is to be sent now (RoundTrip::stamp), and for how long the
  /// peer has been silent.
  void stamp(base::Time now, wire::Envelope& envelope, const OwnNode& node) const;
  /// When the last message arrived, in own time (OwnTime::at).
  base::Time heard_at() const { return heard_; }
  /// Whether pings should be more frequent (PathHistory::unsure).
  bool unsure(base::Time now, const OwnNode& node) const {
    return path_.unsure(node.own.at(now), node.config);
  }

  /// The silence limit at the last judgement; 0 before the first.
  base::Duration limit() const { return limit_; }
  /// The reason to end a session for `cause` now.
  Evidence evidence(base::Time now, Cause cause, const OwnNode& node) const;
  /// After what time to judge again, or why the peer is down: silent for longer than the limit, and
  /// this node has found no cause in itself; or its messages have said that this node's messages do
  /// not arrive there (Cause::Unheard).
  struct Verdict {
    std::optional<base::Duration> again{};  ///< nullopt: the peer is down
    Cause cause = Cause::Silent;
  };
  Verdict judge(base::Time now, base::NodeId peer, const OwnNode& node);

 private:
  void tell_limit(base::Time own_now, base::NodeId peer, const OwnNode& node);

  base::Time heard_{};      // in own time
  base::Time confirmed_{};  // in own time: messages arrived in both directions, as far as counts
  Excuse excuse_;
  RoundTrip round_trip_;
  PathHistory path_;
  base::Duration limit_{};  // at the last judgement
  base::Duration told_{};   // the last limit that was told
};

}  // namespace ovid::link
