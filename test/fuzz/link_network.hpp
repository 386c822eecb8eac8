#pragma once
// The simulator's network in the hands of a fuzzer: which attempts succeed, which ends are noticed
// and which messages arrive, and when, is up to the input. What may become of a connection is the
// network's own business: link/transport.hpp says it.

#include <array>
#include <optional>

#include "ovid/sim/network.hpp"
#include "ovid/sim/processes.hpp"

namespace ovid::fuzz {

/// 0 and 1 may run managers; whoever does not is as the input says.
inline constexpr int kNodes = 3;

/// Owned by the world. Nothing on it takes time.
class Network final : private sim::Processes {
 public:
  explicit Network(base::Time start);

  base::Time now() const { return agenda_.now(); }
  void advance(base::Time to) { pass(to); }

  // What nodes do.
  void connect(base::NodeId from, base::NodeId to);
  bool send(base::NodeId from, base::NodeId to, const wire::EnvelopeBytes& envelope,
            const base::Bytes& body);

  // What happens to connections.
  bool made(base::NodeId from, base::NodeId to) const { return network_.connected(from, to); }
  bool pending(base::NodeId from, base::NodeId to) const {
    return at(from, to).attempt.has_value();
  }
  /// What an honest network reports next, if the peer's port is open or not.
  std::optional<link::Report> due(base::NodeId from, base::NodeId to, bool open) const;
  /// Lets this become of the connection, if it may; what is to be reported.
  std::optional<link::Report> let(base::NodeId from, base::NodeId to, link::Report what);
  /// The connection goes, with all that is on its way; noticed so far by nobody.
  void lose(base::NodeId from, base::NodeId to);
  /// A process ends, and another takes its place.
  void restart(base::NodeId node);
  /// How many messages the path holds.
  void bound(base::NodeId from, base::NodeId to, std::size_t in_flight_max);

  // What arrives: the next of one connection, or of all.
  std::optional<sim::Packet> take(base::NodeId from, base::NodeId to);
  std::optional<sim::Packet> take(base::NodeId to);

 private:
  struct Path {
    std::optional<sim::Event> attempt;  // has no outcome yet
    std::optional<sim::Event> room;     // again, which nobody has been told
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
