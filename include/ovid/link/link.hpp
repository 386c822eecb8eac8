#pragma once
// The state of one peer as this node sees it, as a pure state machine: connections (dialer.hpp),
// greetings (handshake.hpp), sessions (session.hpp) and their ends (detector.hpp).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/random.hpp"
#include "ovid/base/time.hpp"
#include "ovid/base/timers.hpp"
#include "ovid/link/config.hpp"
#include "ovid/link/detector.hpp"
#include "ovid/link/dialer.hpp"
#include "ovid/link/evidence.hpp"
#include "ovid/link/handshake.hpp"
#include "ovid/link/ledger.hpp"
#include "ovid/link/own_time.hpp"
#include "ovid/link/peer_state.hpp"
#include "ovid/link/rival.hpp"
#include "ovid/link/session.hpp"
#include "ovid/link/session_keeper.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/observe/drops.hpp"
#include "ovid/observe/stream.hpp"
#include "ovid/wire/body.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

struct TimerKey {
  enum class Kind : std::uint8_t { Ping, Unreached, Silence, Hello, Connect, Acknowledge };
  Kind kind = Kind::Ping;
  base::NodeId peer;  ///< 0 for Ping and Unreached, which serve all links
  auto operator<=>(const TimerKey&) const = default;
};

/// What a node's links share; owned by the link manager.
struct Shared {
  const Config& config;
  base::Incarnation incarnation;
  Transport& transport;
  base::RandomSource& random;
  observe::Stream& stream;
  SessionKeeper& keeper;
  base::Bytes ping;
  base::Bytes hello;
  base::Timers<TimerKey> timers{};
  /// With the default limit, a silence never lasts a second, even with the longest extension.
  OwnTime own_time{config.silence * 2 / 5};
  wire::BodyReader reader{};
  std::vector<base::NodeId> to_flush{};  ///< links that may have something to send, each once
  int congested = 0;                     ///< links at or over the limit of unacknowledged bytes
  std::uint64_t rivals = 0;              ///< ids that two processes claim at the same time
  observe::Drops drops{stream};

  OwnNode own_node() const { return {config, own_time, transport, stream}; }
};

/// Events in, effects out through Shared. All times are the driver's.
class Link {
 public:
  Link(base::NodeId peer, Shared& shared) : peer_(peer), shared_(shared) {}

  base::NodeId peer() const { return peer_; }
  bool up() const { return session_.has_value(); }
  /// Memory of the records kept for the peer, in bytes; 0 unless up.
  std::size_t unacked_bytes() const { return session_ ? session_->outbox().bytes() : 0; }
  Ledger ledger() const { return session_ ? ended_ + session_->outbox().ledger() : ended_; }
  PeerState state() const;
  /// Why there is no session with the peer, as text for people. Precondition: not up.
  std::string failure() const { return dialer_.failure(); }

  // What the driver reports.
  void connect(base::Time now);
  void report(base::Time now, Report what) {
    switch (what) {
      case Report::Connected:
        return connected(now);
      case Report::Disconnected:
        return disconnected(now);
      case Report::Refused:
        return refused(now);
      case Report::Unreachable:
        return unreachable(now);
      case Report::Writable:
        return writable(now);
    }
  }
  /// A frame will arrive soon. Only loads memory into the processor's caches.
  void expect() const;
  void frame(base::Time now, const wire::Envelope& envelope, std::string_view body);

  // What the link manager drives.
  void fire(base::Time now, TimerKey::Kind kind);
  /// Once every ping interval.
  void ping_due();
  /// Between these, if unsure().
  void ping_between() { want_ping(); }
  /// Whether pings should be more frequent.
  bool unsure(base::Time now) const {
    return session_ && detector_.unsure(now, shared_.own_node());
  }
  /// Queues a batch. Precondition: there is a session.
  void push(const Batch& batch);
  /// Whether a batch with so many bytes would be handed over at once, a part of it at least.
  bool takes(std::size_t bytes) const {
    return session_ && dialer_.made() && !blocked_ && session_->takes(bytes);
  }
  /// Hands over as much as the connection and the path take.
  void flush(base::Time now);
  /// Ends the session and greets the peer for a new one. Precondition: there is a session.
  void leave_session(base::Time now, Cause cause);

 private:
  void connected(base::Time now);
  void disconnected(base::Time now);
  void refused(base::Time now);
  void unreachable(base::Time now);
  void writable(base::Time now);

  bool in_session(const wire::Envelope& envelope) const;
  bool echoes_offer(const wire::Envelope& envelope) const;
  void consider(base::Time now, const wire::Envelope& envelope);
  void begin_session(base::Time now, const wire::Envelope& envelope);
  void hear(base::Time now, const wire::Envelope& envelope, std::string_view body);
  void end_session(base::Time now, Cause cause);
  bool acknowledge(base::Time now, const wire::Envelope& envelope);
  void receive(base::Time now, const wire::Envelope& envelope, const wire::Records& records,
               std::size_t bytes);
  void tell_delivered(const wire::Records& records, std::size_t known);
  void acknowledge_if_due(base::Time now);
  void answer(base::Time now);
  void greet(base::Time now);
  bool send_unsent(base::Time now);
  void ping(base::Time now);
  void reconnect_after(base::Time now, base::Duration min);
  void expect_answer(base::Time now);
  void want_flush() {
    if (!std::exchange(queued_, true)) shared_.to_flush.push_back(peer_);
  }
  void want_ping() {
    ping_wanted_ = true;
    want_flush();
  }
  void count_congestion();
  wire::Envelope envelope_of(base::Time now, std::uint64_t first, std::uint32_t count) const;
  void look_for_rival();
  void drop(observe::DropReason reason, std::string_view what);

  static constexpr std::size_t kHotBytes = 448;  // from the beginning to the end of the outbox

  // Members used by every message of a session lie together: those of 1000 peers do not fit into
  // the caches.
  const base::NodeId peer_;
  bool blocked_ = false;        // the connection is full; ends with Writable or a new connection
  bool queued_ = false;         // in Shared::to_flush
  bool ping_wanted_ = false;    // a ping is due with the next flush, unless records are sent
  bool acknowledging_ = false;  // the timer that acknowledges is set
  bool congested_ = false;      // counted in Shared::congested
  Shared& shared_;
  Dialer dialer_;
  Detector detector_;
  std::optional<Session> session_;
  Handshake handshake_;  // for the next one

  Rival rival_;
  Ledger ended_;  // of the sessions before the present one
};

}  // namespace ovid::link
