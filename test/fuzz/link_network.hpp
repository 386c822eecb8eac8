#pragma once
// The simulator's network, controlled by a fuzzer: the input decides which attempts to connect
// succeed, which ends of connections are noticed, and which messages arrive, and when. The network
// itself knows which events are possible for a connection: link/transport.hpp lists them.

#include <array>
#include <optional>

#include "ovid/sim/network.hpp"
#include "ovid/sim/processes.hpp"

namespace ovid::fuzz {

/// Nodes 0 and 1 may run link managers. The input decides how a node without one behaves.
inline constexpr int kNodes = 3;

/// Owned by the world. Every transmission takes no time.
class Network final : private sim::Processes {
 public:
  explicit Network(base::Time start);

  base::Time now() const { return agenda_.now(); }
  void advance(base::Time to) { pass(to); }

  // Operations of the nodes.
  void connect(base::NodeId from, base::NodeId to);
  bool send(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
            const base::Bytes& body);

  // Operations on connections.
  bool made(base::NodeId from, base::NodeId to) const { return network_.connected(from, to); }
  bool pending(base::NodeId from, base::NodeId to) const {
    return at(from, to).attempt.has_value();
  }
  /// The next report of an honest network; `open` says whether the peer's port is open.
  std::optional<link::Report> due(base::NodeId from, base::NodeId to, bool open) const;
  /// Makes this happen to the connection if it is possible now. Returns what must be reported.
  std::optional<link::Report> let(base::NodeId from, base::NodeId to, link::Report what);
  /// Ends the connection and loses all messages on their way. So far no node notices it.
  void lose(base::NodeId from, base::NodeId to);
  /// The process of the node ends, and another one takes its place.
  void restart(base::NodeId node);
  /// Sets the maximum number of messages that may be on their way on this path.
  void bound(base::NodeId from, base::NodeId to, std::size_t in_flight_max);

  // Takes the next message that is on its way: of one connection, or of all that lead to the node.
  std::optional<sim::Packet> take(base::NodeId from, base::NodeId to);
  std::optional<sim::Packet> take(base::NodeId to);

 private:
  struct Path {
    std::optional<sim::Event> attempt;  // the attempt whose outcome is not decided yet
    std::optional<sim::Event> room;     // room for more messages, not yet reported
    std::optional<link::Report> report;
  };

  // sim::Processes
  Condition condition(base::NodeId) const override { return condition_; }
  void report(base::NodeId node, base::NodeId peer, link::Report what) override;
  void wake(base::NodeId) override {}

  Path& at(base::NodeId from, base::NodeId to) { return paths_[from.value][to.value]; }
  const Path& at(base::NodeId from, base::NodeId to) const { return paths_[from.value][to.value]; }
  void decide(base::NodeId from, base::NodeId to, link::Report outcome);
  void pass(base::Time until);

  sim::Agenda agenda_;
  sim::SeededRandom random_{1};
  sim::Network network_;
  Condition condition_ = Condition::Running;
  std::array<std::array<Path, kNodes>, kNodes> paths_;
};

}  // namespace ovid::fuzz
