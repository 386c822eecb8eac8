#pragma once
// The virtual network: for each ordered pair of nodes at most one connection, with the traits of
// TCP between two ZeroMQ sockets on which the links rely or from which they suffer:
//
// - messages of one connection arrive in order, after a random latency, or not at all;
// - a connection takes a bounded number of messages and says later when there is room again;
// - a broken connection loses a random rest of what was in flight; the others of those messages
//   may arrive later than the first ones of the next connection, even at the next incarnation;
// - a stopped process's kernel accepts connections, but the handshake waits for the process;
// - a blocked path loses nothing and refuses nothing: messages wait, attempts time out;
// - a process that is gone resets its connections, and refuses new ones; who had one is told of
//   the end alone, or of the refusal at once, as sockets do;
// - on demand, some messages arrive twice or damaged;
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
#include "ovid/sim/processes.hpp"
#include "ovid/sim/seeded_random.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::sim {

using link::Report;

/// What a network is like.
struct Traits {
  /// If both are the same, every message takes just as long, and none is rare.
  base::Duration latency_min = std::chrono::microseconds(50);
  base::Duration latency_max = std::chrono::microseconds(150);
  /// One message in a thousand takes from a millisecond to this, and all behind it on its
  /// connection.
  base::Duration rare_latency_max = std::chrono::milliseconds(20);
  /// Messages in flight per connection: both ZeroMQ queues and TCP's buffers together.
  std::size_t in_flight_max = 64;
  base::Duration connect_max = std::chrono::milliseconds(500);     ///< as link::Config
  base::Duration handshake_max = std::chrono::milliseconds(1000);  ///< as link::Config
  /// After a path opens again, what waits for it takes from a millisecond to this (RFC 6298: TCP's
  /// retransmission comes when it comes).
  base::Duration retransmission_max = std::chrono::milliseconds(1000);
};

class Network {
 public:
  Network(int nodes, const Traits& traits, Agenda& agenda, SeededRandom& random,
          Processes& processes);

  // What the nodes do (link::Transport and the receiving half).
  void connect(base::NodeId from, base::NodeId to);
  bool send(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
            const base::Bytes& body);
  /// The next packet that has arrived, the senders in turn.
  std::optional<Packet> take(base::NodeId to);
  /// The next packet of this connection, before its time and out of turn.
  std::optional<Packet> take(base::NodeId from, base::NodeId to);
  /// Whose packet is probably taken after so many others.
  std::optional<base::NodeId> sender_ahead(base::NodeId to, std::size_t others) const {
    const auto& senders = ready_[to.value];
    return others < senders.size() ? std::optional(senders[others]) : std::nullopt;
  }
  /// That this packet is going to be taken soon: without effect but on the processor's caches.
  void expect_packet(base::NodeId from, base::NodeId to) const { at(from, to).packets.expect(); }

  // What happens to them.
  void gone(base::NodeId node);       ///< its condition is Gone from now on
  void continued(base::NodeId node);  ///< its condition is Running again after Stopped
  void cut(base::NodeId a, base::NodeId b);
  /// The connection of `from` ends, if it is made. A first part of what is in flight may arrive all
  /// the same, or nothing does.
  void end(base::NodeId from, base::NodeId to, bool rest_may_arrive);
  /// Calls nest: a path is open when all blocks of it have ended.
  void block(base::NodeId from, base::NodeId to);
  void unblock(base::NodeId from, base::NodeId to);
  void refuse(base::NodeId from, base::NodeId to, bool refuse);
  /// From now on the path's connections take so many messages, not Traits::in_flight_max.
  void bound(base::NodeId from, base::NodeId to, std::size_t in_flight_max);
  /// From now on so many messages more of a thousand (or fewer) arrive twice, or with a wrong byte
  /// somewhere but in contents: those are TCP's to protect, and nobody else's here.
  void duplicate(std::int64_t per_thousand) { duplicate_per_thousand_ += per_thousand; }
  void corrupt(std::int64_t per_thousand) { corrupt_per_thousand_ += per_thousand; }
  /// When a message last got a rare latency; it may have taken Traits::rare_latency_max since.
  base::Time rare_at() const { return rare_at_; }
  bool corrupts() const { return corrupt_per_thousand_ > 0; }
  bool blocked(base::NodeId from, base::NodeId to) const { return at(from, to).blocks > 0; }
  bool refuses(base::NodeId from, base::NodeId to) const { return at(from, to).refusing; }
  bool connected(base::NodeId from, base::NodeId to) const {
    return at(from, to).state == State::Made;
  }
  /// Whether messages of lost connections are on their way, or wait for this node.
  bool strays(base::NodeId to) const {
    return !strays_.empty() || !arrived_strays_[to.value].empty();
  }

  /// Holds agents' records that are sent from now on, not those sent `before`. They do not count as
  /// in flight: what a session may owe bounds them. Calls nest: held records go on, in order, when
  /// all holds of the path have ended.
  void hold(base::NodeId from, base::NodeId to, const Hold::Sent& before) {
    held_paths_.hold(from, to, before);
  }
  void release(base::NodeId from, base::NodeId to);
  bool holds(base::NodeId from, base::NodeId to) const { return held_paths_.holds(from, to); }
  /// Records that are held, and stay so.
  std::size_t held(base::NodeId from, base::NodeId to) const { return held_paths_.held(from, to); }
  /// Lets so many of the oldest held records arrive now, or all there are; how many that are. What
  /// is in flight before them arrives now as well.
  std::size_t deliver(base::NodeId from, base::NodeId to, std::size_t count);
  /// Whether a message that has arrived is not read yet, or such records are still held.
  bool delivering(base::NodeId from, base::NodeId to) const;

  /// A packet from nowhere, for whatever process is there.
  void inject(base::NodeId to, Packet packet);
  /// Handles an Arrival, Outcome, Unreachable, Handshake, Reset, Room or Stray.
  void happen(const Event& event);
  /// That is going to happen soon: without effect but on the processor's caches.
  void expect(const Event& event) const { __builtin_prefetch(&at(event.a, event.b), 1); }

 private:
  enum class State : std::uint8_t { None, Pending, Accepted, Made };
  /// A whole cache line, because there are a million connections in a large grid.
  struct alignas(64) Connection {
    base::Time last_arrival{};
    std::uint32_t attempt = 0;
    int blocks = 0;  // of the path, not of the connection
    State state = State::None;
    bool refusing = false;  // of the path
    bool full = false;      // refused a message; Room is owed
    bool ready = false;     // in ready_ of the receiver
    bool orphan = false;    // the receiver is gone; the news waits for the path
    bool bounded = false;   // of the path: it is in bounds_
    Flight packets;
  };

  static_assert(sizeof(Connection) == 64);

  Connection& at(base::NodeId from, base::NodeId to) { return connections_[index(from, to)]; }
  const Connection& at(base::NodeId from, base::NodeId to) const {
    return connections_[index(from, to)];
  }
  std::size_t index(base::NodeId from, base::NodeId to) const {
    return static_cast<std::size_t>(from.value) * static_cast<std::size_t>(nodes_) + to.value;
  }
  base::Duration latency();
  void post(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
            const base::Bytes& body, base::Time arrival);
  void flow(base::NodeId from, base::NodeId to);
  void lose(base::NodeId from, base::NodeId to);
  std::size_t in_flight_max(base::NodeId from, base::NodeId to) const {
    return at(from, to).bounded ? bounds_.at(index(from, to)) : traits_.in_flight_max;
  }
  void tell_room(base::NodeId from, base::NodeId to);
  void outcome(base::NodeId from, base::NodeId to, Connection& connection);
  void make(base::NodeId from, base::NodeId to, Connection& connection);
  void break_off(base::NodeId from, base::NodeId to, bool rest_may_arrive);
  void tell_reset(base::NodeId from, base::NodeId to);
  void tell_end(base::NodeId from, base::NodeId to);
  std::optional<Packet> next(base::NodeId to);
  Packet pop(base::NodeId from, base::NodeId to);
  void damage(Packet& packet);
  bool chance(std::int64_t per_thousand);
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
  std::map<std::size_t, std::size_t> bounds_;  // in_flight_max by index
  std::map<std::uint64_t, Packet> strays_;
  std::vector<base::Fifo<Packet>> arrived_strays_;  // by receiver
  std::uint64_t stray_ = 0;
  base::Time rare_at_ = base::Time::min();
  std::int64_t duplicate_per_thousand_ = 0;
  std::int64_t corrupt_per_thousand_ = 0;
  std::vector<std::optional<Packet>> again_;  // what arrives a second time, by receiver
};

}  // namespace ovid::sim
