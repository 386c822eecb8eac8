#pragma once
// All links of a node: peers that are up, send, broadcast. Pure: the driver reports what happened
// and when, the transport takes what is to be sent.
//
// One turn of the driver's loop: turn_begins, any number of reports, frames and sends, settle,
// flush. Only flush hands over what depends on the turn's events (records and acknowledgements):
// between settle and flush, what they depend on can be made durable. Records sent during a turn
// travel together; none waits for a later turn unless the connections of all its receivers are
// full. Those of later turns then join it.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "ovid/link/fan_out.hpp"
#include "ovid/link/link.hpp"
#include "ovid/link/listener.hpp"
#include "ovid/link/receiver.hpp"
#include "ovid/link/session_keeper.hpp"

namespace ovid::link {

/// Owned by the node, used on the loop's thread. Transport, random source, stream and listener are
/// borrowed and must outlive it.
class LinkManager final : private SessionKeeper {
 public:
  LinkManager(const Config& config, Transport& transport, base::RandomSource& random,
              observe::Stream& stream, Listener& listener);

  base::Incarnation incarnation() const { return shared_.incarnation; }
  PeerState state(base::NodeId peer) const;
  /// True while the unacknowledged bytes of some peer are at or over their limit: then the source
  /// of records should wait.
  bool congested() const { return shared_.congested > 0 || fan_out_.congests(); }
  /// How many messages peers that are up have not acknowledged.
  std::uint64_t owed() const;
  const Config& config() const { return config_; }
  /// When turn_begins is to be called at the latest.
  base::Time deadline() const { return shared_.timers.next(); }

  /// Connects to all peers. Once, before the first turn.
  void start(base::Time now);
  void turn_begins(base::Time now);
  /// Fires timers and ends sessions that are due to end, and notifies the listener.
  void settle(base::Time now);
  /// Hands over what is to be sent.
  void flush(base::Time now);

  /// What became of a connection. Peers are 0..n-1 without this node.
  void report(base::Time now, base::NodeId peer, Report what) { link(peer).report(now, what); }
  /// A message of this peer will arrive soon. Only loads memory into the processor's caches.
  void expect(base::NodeId peer) const { link(peer).expect(); }
  /// A message from any sender.
  void frames(base::Time now, const Frames& frames);

  /// A message for one peer; no effect unless it is up.
  void send(base::NodeId to, std::string_view contents) { fan_out_.send(to, contents); }
  /// A message for every peer that is up.
  void broadcast(std::string_view contents) { fan_out_.broadcast(contents); }

 private:
  void peer_up(base::NodeId peer) override;
  void peer_ends(base::NodeId peer) override;
  void peer_down(base::NodeId peer, const Evidence& evidence) override;
  void message(base::NodeId from, std::string_view contents) override;

  Link& link(base::NodeId peer);
  const Link& link(base::NodeId peer) const;
  void hand_over(base::Time now);
  void end_overfull(base::Time now);
  void ping(base::Time now);
  void name_unreached(base::Time now);
  bool greets_this_grid(const wire::Envelope& envelope, std::string_view body);
  void drop_envelope(wire::BadEnvelope why, std::string_view envelope);

  const Config config_;
  Listener& listener_;
  Shared shared_;
  std::vector<Link> links_;     // by id; this node's own place is never used
  FanOut fan_out_;              // to the peers that are up, as the listener knows
  bool up_changed_ = true;      // whether the set of these peers changed in this turn
  base::Time up_since_{};       // when it changed last
  base::Time unreached_due_{};  // when peers that are not up are reported again at the latest
  base::Time ping_all_due_{};   // when every peer is pinged next
  std::vector<base::NodeId> flushing_;  // Shared::to_flush of the turn that ends
};

}  // namespace ovid::link
