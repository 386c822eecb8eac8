#pragma once
// A simulated grid: real nodes on a virtual network and clock, with scheduled faults, clients and
// checkers. Runs in one thread. The same options and actions give exactly the same run on every
// machine.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/action_state.hpp"
#include "ovid/sim/checkers.hpp"
#include "ovid/sim/convergence_checker.hpp"
#include "ovid/sim/fault_injector.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/liveness_checker.hpp"
#include "ovid/sim/lives.hpp"
#include "ovid/sim/network.hpp"
#include "ovid/sim/outsiders.hpp"
#include "ovid/sim/processes.hpp"
#include "ovid/sim/sequence.hpp"
#include "ovid/sim/witness.hpp"

namespace ovid::sim {

struct WorldOptions {
  int nodes = 5;
  std::uint64_t seed = 1;
  Host::MakeAgents make_agents;
  link::Config links;                      ///< self and nodes are filled in
  std::optional<link::Config> promised{};  ///< for the checked promises, if not `links`
  Traits network{};
  double broadcasts_per_s = 0;        ///< of all nodes together, bursts included
  base::Duration broadcasts_until{};  ///< since the beginning
  std::size_t long_text_bytes = kLongTextBytes;
  bool creatures = false;  ///< the agents are creatures (zoo.hpp)
  /// Until this time since the beginning creatures may crash. If it is not 0, a node that ends by
  /// itself is started again soon; otherwise it stays away.
  base::Duration crashes_until{};
  /// Check that the grid is healthy (healthy_checker.hpp). The actions are lines, or make paths
  /// poor.
  bool healthy = false;
  /// Lines that clients send at random times to get the answers, if the agents are not creatures.
  std::vector<std::string> questions{};
  /// Wraps the services of each process, for example to record it. May be empty.
  std::function<node::Services(base::NodeId, const node::Services&)> between{};
};

class World final : private Processes {
 public:
  /// The actions are in the order of their times.
  World(const WorldOptions& options, std::vector<Action> actions, Trace trace = nullptr);

  /// Continues until `end` since the beginning, or until a promise is broken.
  void run(base::Duration end);
  /// After run(): the first action that has not begun; null if all have.
  const Action* left() const { return sequence_.left(); }
  /// After run(): checks the promise of convergence (convergence_checker.hpp), that silence limits
  /// have returned (limit_checker.hpp) and, if asked for, that everything has arrived
  /// (healthy_checker.hpp).
  void check_convergence();

  const std::optional<std::string>& violation() const { return checkers_.findings.first(); }
  std::uint64_t delivered() const { return checkers_.sessions.delivered(); }
  /// A hash of everything that has happened.
  std::uint64_t trace_hash() const { return witness_.hash(); }
  /// The processes that were killed inside a turn, in the order in which it happened.
  const std::vector<Killed>& killed() const { return witness_.killed(); }

 private:
  using Kind = Event::Kind;

  // Processes
  Condition condition(base::NodeId node) const override;
  void report(base::NodeId node, base::NodeId peer, Report what) override;
  void wake(base::NodeId node) override;

  void happen(const Event& event);
  void expect(const Event& soon);
  void turn(Host& host);

  Host& host(base::NodeId id) { return *hosts_[id.value]; }

  const WorldOptions options_;
  const Limits limits_;
  std::vector<Action> actions_;  // in the order of their times
  Agenda agenda_;
  SeededRandom random_;  // of the network and the nodes
  Checkers checkers_;
  Network network_;
  Witness witness_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<ActionState> states_;  // by action
  LivenessChecker liveness_;
  ConvergenceChecker convergence_;
  Outsiders outsiders_;
  Lives lives_;
  FaultInjector injector_;
  Sequence sequence_;
};

}  // namespace ovid::sim
