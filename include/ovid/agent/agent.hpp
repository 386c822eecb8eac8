#pragma once
// The contract between a node and the agents it hosts.
//
// An agent is a deterministic state machine: same state and same event, same effects in the same
// order. It reads no clock, draws no random number, starts no thread, opens no file, never waits,
// and iterates over ordered containers only. It cannot tell whether it runs on ZeroMQ or in a
// simulation. (The model: F. B. Schneider, "Implementing Fault-Tolerant Services Using the State
// Machine Approach", ACM Computing Surveys 22(4), 1990, section 2.)

#include <cstdint>
#include <string_view>
#include <variant>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/note.hpp"
#include "ovid/base/time.hpp"

namespace ovid::agent {

/// A timer of the agent's own, by a number of its own choosing.
struct TimerId {
  std::uint32_t value = 0;
  auto operator<=>(const TimerId&) const = default;
};

// Events. Views are good during the step only.

/// The first event, once.
struct Start {
  base::NodeId self;
  int nodes = 1;  ///< size of the grid, 1..base::kNodesMax
};
/// A record of a peer's, between that peer's PeerUp and PeerDown, in the order it was sent.
struct Message {
  base::NodeId from;
  std::string_view contents;
};
struct Timer {
  TimerId id;
};
/// From now on the peer is reachable in both directions, in a session of which nothing was lost.
struct PeerUp {
  base::NodeId peer;
};
/// That session is over. What was sent in it and not answered has an unknown fate.
struct PeerDown {
  base::NodeId peer;
};
/// A line of text from a master or another client, its end removed.
struct Line {
  base::ClientId client;
  std::string_view text;
};
/// After Start, once for each value persisted by an earlier incarnation, in the order persisted;
/// `last` on the final one.
struct Recovered {
  std::string_view value;
  bool last = false;
};

using Event = std::variant<Start, Message, Timer, PeerUp, PeerDown, Line, Recovered>;

/// Where a step puts its effects; they take place in the order of the calls, after the step or
/// during it, which no agent can tell. Owned by the host, valid during the step only.
class Effects {
 public:
  virtual ~Effects() = default;
  /// To one peer. To a peer that is not up: no effect (its PeerDown has been delivered).
  /// Contents: at most wire::kContentsBytesMax bytes.
  virtual void send(base::NodeId to, std::string_view contents) = 0;
  /// To every peer that is up, not to the sender itself.
  virtual void broadcast(std::string_view contents) = 0;
  /// Fires once, after a duration drawn by the driver from [least, most]; replaces an earlier
  /// deadline of the same id.
  virtual void timer(TimerId id, base::Duration least, base::Duration most) = 0;
  /// Text to a client, with its line ends. Replies to one client arrive in order.
  virtual void reply(base::ClientId client, base::Rope text) = 0;
  /// Kept over a crash and given back as Recovered. Nothing sent later in the step leaves before
  /// it is durable.
  virtual void persist(std::string_view value) = 0;
  /// What happened and on what evidence, for the log.
  virtual void note(base::Severity severity, std::string_view text) = 0;
  /// The process ends at once, as if it had been killed.
  virtual void crash() = 0;
};

class Agent {
 public:
  virtual ~Agent() = default;
  virtual void step(const Event& event, Effects& effects) = 0;
};

}  // namespace ovid::agent
