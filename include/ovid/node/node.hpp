#pragma once
// One state machine made of links and the agents they serve; the same code for all drivers. A
// driver reports what happened and when, as inputs (input.hpp); what the node does goes to
// transport, outside and store. The code of a turn is here.

#include <string>
#include <string_view>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/link_manager.hpp"
#include "ovid/link/receiver.hpp"
#include "ovid/node/input.hpp"
#include "ovid/node/routes.hpp"
#include "ovid/node/seat.hpp"
#include "ovid/node/services.hpp"
#include "ovid/node/turn_effects.hpp"

namespace ovid::node {

class Sources;

/// Owns the agents. Used on the loop's thread.
class Node final : private link::Listener, private link::Receiver {
 public:
  /// Throws base::CannotStart if an agent needs a store and there is none, or cannot say so.
  Node(const link::Config& config, std::vector<Hosted> agents, const Services& services);

  /// Once, before the first turn: starts the agents, with their values from the store, and the
  /// links.
  void start(base::Time now) { take(Starts{now}); }
  /// A turn: what the sources have, and what is due.
  void turn(base::Time now, Sources& sources);
  /// One input. Called by turn(), the sources, and a replay.
  void take(const Input& input);

  /// False while too many bytes are unacknowledged or wait for agents of this node, and after an
  /// agent has crashed or ended the node. The driver then does not read the clients' sockets.
  bool accepts_lines() const {
    return effects_.obeys() && !links_.congested() && !routes_.is_behind();
  }
  /// When the next turn is due at the latest.
  base::Time deadline() const;
  base::Incarnation incarnation() const { return links_.incarnation(); }
  link::PeerState peer(base::NodeId id) const { return links_.state(id); }
  /// How many records peers that are up have not acknowledged.
  std::uint64_t owed() const { return links_.owed(); }
  /// A message of this peer will arrive soon. Only loads memory into the processor's caches.
  void expect(base::NodeId peer) const { links_.expect(peer); }

 private:
  void begin(base::Time now);
  void begin_turn(base::Time now);
  void end_turn();
  void hear_line(const Said& said);
  void deliver_local();
  std::string ledger_line() const;
  void step_all(const agent::Event& event);

  // link::Receiver
  void report(base::NodeId peer, link::Report what) override { take(Reported{peer, what}); }
  void frames(const link::Frames& frames) override { take(Arrived{frames}); }

  // link::Listener
  void peer_up(base::NodeId peer) override;
  void peer_down(base::NodeId peer, const link::Evidence& evidence) override;
  void message(base::NodeId from, std::string_view contents) override;

  const link::Config config_;
  const Services services_;
  link::LinkManager links_;
  Routes routes_;
  TurnEffects effects_;
  std::vector<Seat> seats_;  // by AgentId
};

}  // namespace ovid::node
