#pragma once
// The virtual network: for each ordered pair of nodes at most one connection, with those traits of
// TCP between two ZeroMQ sockets that matter to links:
//
// - messages of one connection arrive in order, after a random latency, or not at all;
// - a connection takes a bounded number of messages and reports later when there is room again;
// - a lost connection loses the last of the messages in flight, a random number of them; the others
//   may arrive after the first ones of the next connection, even at the peer's next incarnation;
// - a stopped process's kernel accepts connections, but the handshake waits for the process;
// - a blocked path loses nothing and refuses nothing: messages wait, and so do attempts to connect,
//   which TCP repeats after 1, 3 and 7 s (RFC 6298), until their time is over;
// - a process that is gone resets its connections, and refuses new ones; as with sockets, the
//   other side of a connection gets one report for both, either Disconnected or Refused;
// - on demand, some messages arrive twice or damaged;
// - on demand, a path has a limited rate, a delay, a bounded queue and losses (poor_path.hpp);
// - on demand, agents' records on a path are held, and everything else passes (hold.hpp).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "ovid/base/bytes.hpp"
#include "ovid/base/fifo.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/sim/agenda.hpp"
#include "ovid/sim/flight.hpp"
#include "ovid/sim/held_paths.hpp"
#include "ovid/sim/large_pages.hpp"
#include "ovid/sim/path_quality.hpp"
#include "ovid/sim/poor_paths.hpp"
#include "ovid/sim/processes.hpp"
#include "ovid/sim/seeded_random.hpp"
#include "ovid/sim/tampering.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::sim {

using link::Report;

/// What a network is like.
struct Traits {
  /// If both are the same, every message takes exactly this time, and no message is a rare slow
  /// one.
  base::Duration latency_min = std::chrono::microseconds(50);
  base::Duration latency_max = std::chrono::microseconds(150);
  /// One message in a thousand takes between a millisecond and this time, and so do all messages
  /// behind it on its connection.
  base::Duration rare_latency_max = std::chrono::milliseconds(20);
  /// Maximum number of messages in flight per connection: in the queues of both ZeroMQ sockets and
  /// TCP's buffers together.
  std::size_t in_flight_max = 64;
  /// After the end of a block, waiting messages take between a millisecond and this time (TCP's
  /// retransmission timer, RFC 6298).
  base::Duration retransmission_max = std::chrono::milliseconds(1000);
  /// Of all paths, unless quality() sets another one.
  PathQuality path{};
};

class Network {
 public:
  Network(int nodes, const Traits& traits, Agenda& agenda, SeededRandom& random,
          Processes& processes);

  // What the nodes do (link::Transport and the receiving half).
  void connect(base::NodeId from, base::NodeId to, const link::AttemptLimits& limits);
  bool send(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
            const base::Bytes& body);
  /// The next packet that has arrived. The senders take turns.
  std::optional<Packet> take(base::NodeId to);
  /// The next packet of this connection, even if it has not arrived yet, and out of turn.
  std::optional<Packet> take(base::NodeId from, base::NodeId to);
  /// The sender whose packet is probably taken after `others` more packets; nullopt if unknown.
  std::optional<base::NodeId> sender_ahead(base::NodeId to, std::size_t others) const {
    const auto& senders = ready_[to.value];
    return others < senders.size() ? std::optional(senders[others]) : std::nullopt;
  }
  /// The next packet of this connection will be taken soon. Only loads memory into the processor's
  /// caches.
  void expect_packet(base::NodeId from, base::NodeId to) const { at(from, to).packets.expect(); }

  // What happens to nodes, connections and paths.
  void gone(base::NodeId node);       ///< its condition is Gone from now on
  void continued(base::NodeId node);  ///< its condition is Running again after Stopped
  void cut(base::NodeId a, base::NodeId b) {
    end(a, b, true);
    end(b, a, true);
  }
  /// Ends the connection from `from` to `to`, if it is made. If `rest_may_arrive`, a random number
  /// of the messages in flight, the first ones, still arrive; otherwise none does.
  void end(base::NodeId from, base::NodeId to, bool rest_may_arrive);
  /// Blocks nest: a path is open when each block() has had its unblock().
  void block(base::NodeId from, base::NodeId to) { ++at(from, to).blocks; }
  void unblock(base::NodeId from, base::NodeId to);
  void refuse(base::NodeId from, base::NodeId to, bool refuse) { at(from, to).refusing = refuse; }
  /// From now on the path's connections take at most `in_flight_max` messages, instead of
  /// Traits::in_flight_max.
  void bound(base::NodeId from, base::NodeId to, std::size_t in_flight_max) {
    bounds_[index(from, to)] = in_flight_max;
    at(from, to).bounded = true;
    tell_room(from, to);
  }
  /// The quality of the path from now on. What is on its way arrives as it would have without the
  /// change. A message that finds the queue full is not taken; Writable is reported when half of
  /// the queue is free. Several connections share nothing.
  void quality(base::NodeId from, base::NodeId to, const PathQuality& quality) {
    poor_paths_.set(from, to, quality);
    at(from, to).poor = !quality.perfect();
  }
  /// Of all paths for which none was set.
  const PathQuality& usual_quality() const { return traits_.path; }
  /// Makes messages arrive twice, or with a wrong byte.
  Tampering& tampering() { return tampering_; }
  /// Null for a perfect path.
  const PoorPath* poor_path(base::NodeId from, base::NodeId to) const {
    return poor_paths_.find(from, to);
  }
  /// When a message last got a rare latency. It may be in flight for Traits::rare_latency_max from
  /// then.
  base::Time rare_at() const { return rare_at_; }
  bool corrupts() const { return tampering_.corrupts(); }
  bool blocked(base::NodeId from, base::NodeId to) const { return at(from, to).blocks > 0; }
  bool refuses(base::NodeId from, base::NodeId to) const { return at(from, to).refusing; }
  bool connected(base::NodeId from, base::NodeId to) const {
    return at(from, to).state == State::Made;
  }
  /// Whether messages of any lost connection are in flight, or have arrived and wait for this node.
  bool strays(base::NodeId to) const {
    return !strays_.empty() || !arrived_strays_[to.value].empty();
  }

  /// Holds agents' records that are sent from now on, but not those sent `before`. Held records do
  /// not count as in flight; the limit of a session's unacknowledged bytes bounds them. Holds nest:
  /// held records continue, in order, when each hold() of the path has had its release().
  void hold(base::NodeId from, base::NodeId to, const Hold::Sent& before) {
    held_paths_.hold(from, to, before);
  }
  void release(base::NodeId from, base::NodeId to);
  bool holds(base::NodeId from, base::NodeId to) const { return held_paths_.holds(from, to); }
  /// Number of records that are held and may not pass.
  std::size_t held(base::NodeId from, base::NodeId to) const { return held_paths_.held(from, to); }
  /// Number of the oldest of these in its session. Precondition: there is one.
  std::uint64_t first_held(base::NodeId from, base::NodeId to) const {
    return held_paths_.first_held(from, to);
  }
  /// Lets up to `count` of the oldest held records arrive now, and of those that the sender has
  /// sent and keeps back as soon as they leave it; returns how many. Messages in flight before them
  /// arrive now as well.
  std::size_t deliver(base::NodeId from, base::NodeId to, std::size_t count,
                      const Hold::Sent& sent);
  /// Whether a message of the path has arrived and is not read yet, or messages are in flight and
  /// records that may pass wait behind them.
  bool delivering(base::NodeId from, base::NodeId to) const;

  /// Gives a packet, outside of any connection, to the node's present process. No effect if there
  /// is none.
  void inject(base::NodeId to, Packet packet);
  /// Handles an Arrival, Outcome, Unreachable, Handshake, Reset, Room or Stray.
  void happen(const Event& event);
  /// The event will happen soon. Only loads memory into the processor's caches.
  void expect(const Event& event) const { __builtin_prefetch(&at(event.a, event.b), 1); }

 private:
  /// Greeting: the handshake of a poor path is on its way. Accepted: it waits for the process.
  enum class State : std::uint8_t { None, Pending, Greeting, Accepted, Made };
  using Microseconds = std::chrono::duration<std::uint32_t, std::micro>;
  /// A whole cache line, because there are a million connections in a large grid.
  struct alignas(64) Connection {
    base::Time last_arrival{};  // while Pending: when the attempt began
    std::uint32_t attempt = 0;
    Microseconds connect_max{};    // of the attempt (link::AttemptLimits)
    Microseconds handshake_max{};  // likewise
    std::int16_t blocks = 0;       // of the path, not of the connection
    State state = State::None;
    bool refusing : 1 = false;  // of the path
    bool full : 1 = false;      // did not take a message; Room will be reported
    bool ready : 1 = false;     // in ready_ of the receiver
    bool orphan : 1 = false;    // the receiver is gone; its reset waits for the path to open
    bool bounded : 1 = false;   // of the path: it is in bounds_
    bool poor : 1 = false;      // of the path: it is in poor_paths_
    Flight packets;

    void begin(base::Time now, const link::AttemptLimits& limits) {
      state = State::Pending;
      ++attempt;
      last_arrival = now;
      connect_max = std::chrono::duration_cast<Microseconds>(limits.connect);
      handshake_max = std::chrono::duration_cast<Microseconds>(limits.handshake);
    }
  };

  static_assert(sizeof(Connection) == 64);

  Connection& at(base::NodeId from, base::NodeId to) { return connections_[index(from, to)]; }
  const Connection& at(base::NodeId from, base::NodeId to) const {
    return connections_[index(from, to)];
  }
  std::size_t index(base::NodeId from, base::NodeId to) const {
    return static_cast<std::size_t>(from.value) * static_cast<std::size_t>(nodes_) + to.value;
  }
  bool open(base::NodeId from, base::NodeId to) const {
    return !blocked(from, to) && !blocked(to, from);
  }
  base::Duration latency();
  void post(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
            const base::Bytes& body, base::Time arrival);
  base::Time arrival(base::NodeId from, base::NodeId to, std::size_t bytes);
  bool queue_full(base::NodeId from, base::NodeId to);
  void flow(base::NodeId from, base::NodeId to);
  void lose(base::NodeId from, base::NodeId to);
  std::size_t in_flight_max(base::NodeId from, base::NodeId to) const {
    return at(from, to).bounded ? bounds_.at(index(from, to)) : traits_.in_flight_max;
  }
  void tell_room(base::NodeId from, base::NodeId to);
  void outcome(base::NodeId from, base::NodeId to, Connection& connection);
  void try_later(base::NodeId from, base::NodeId to, const Connection& connection);
  void shake_hands(base::NodeId from, base::NodeId to, State state, base::Duration takes);
  void shake_hands_again(base::NodeId from, base::NodeId to);
  void greeted(base::NodeId from, base::NodeId to, Connection& connection);
  void make(base::NodeId from, base::NodeId to, Connection& connection);
  void break_off(base::NodeId from, base::NodeId to, bool rest_may_arrive);
  void tell_reset(base::NodeId from, base::NodeId to);
  void tell_end(base::NodeId from, base::NodeId to);
  std::optional<Packet> next(base::NodeId to);
  Packet pop(base::NodeId from, base::NodeId to);
  void ready(base::NodeId from, base::NodeId to);

  const int nodes_;
  const Traits traits_;
  Agenda& agenda_;
  SeededRandom& random_;
  Processes& processes_;
  std::vector<Connection, LargePages<Connection>> connections_;  // by sender, receiver
  std::vector<base::Fifo<base::NodeId>> ready_;  // senders with arrived packets, by receiver
  Flights flights_;
  HeldPaths held_paths_;
  PoorPaths poor_paths_;
  std::map<std::size_t, std::size_t> bounds_;  // in_flight_max by index
  std::map<std::uint64_t, Packet> strays_;
  std::vector<base::Fifo<Packet>> arrived_strays_;  // by receiver
  std::uint64_t stray_ = 0;
  base::Time rare_at_ = base::Time::min();
  Tampering tampering_;
  std::vector<std::optional<Packet>> again_;  // what arrives a second time, by receiver
};

}  // namespace ovid::sim
