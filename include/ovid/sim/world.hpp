#pragma once
// A grid in a box: real nodes on a virtual network and clock, things done to it on schedule, and
// the checker that watches. One thread; the same options and actions give the same run, to the
// byte, on every machine.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/checker.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"
#include "ovid/sim/outsiders.hpp"
#include "ovid/sim/witness.hpp"

namespace ovid::sim {

struct WorldOptions {
  int nodes = 5;
  std::uint64_t seed = 1;
  Host::MakeAgent make_agent = nullptr;
  link::Config links;                 ///< self and nodes are filled in
  double broadcasts_per_s = 0;        ///< by all nodes together, in bursts and alone
  base::Duration broadcasts_until{};  ///< since the beginning
};

class World final : private Processes {
 public:
  World(const WorldOptions& options, std::vector<Action> actions, Trace trace = nullptr);

  /// Goes on until `end` since the beginning, or until a promise is broken.
  void run(base::Duration end);
  /// After run(): everybody must see everybody, and everything must have arrived.
  void check_convergence();

  const std::optional<std::string>& violation() const { return checker_.violation(); }
  std::uint64_t delivered() const { return checker_.delivered(); }
  /// Of everything that happened.
  std::uint64_t trace_hash() const { return witness_.hash(); }

 private:
  struct Effect {
    bool on = false;
    base::Time since{};
    int life = 0;              // of the node concerned
    base::Incarnation gone{};  // what a crash has ended
  };
  using Kind = Event::Kind;

  // Processes
  Condition condition(base::NodeId node) const override;
  void report(base::NodeId node, base::NodeId peer, Report what) override;
  void wake(base::NodeId node) override;
  void happen(const Event& event);
  void turn(Host& host);
  void begin(std::size_t index);
  void end(std::size_t index);
  void begin_at_node(const Action& action, Effect& effect, Host& host);
  void end_at_node(const Action& action, const Effect& effect, Host& host);
  void path(const Action& action, bool blocked);
  void heal();
  void let_forge(std::size_t index);
  void start(Host& host);
  void kill(Host& host);
  void calm_from_now(const Host& host);
  void check_unseen(std::size_t index);
  void check_gone(std::size_t index);
  void check_left(const Event& left);
  bool old_words(base::NodeId a, base::NodeId b) const;
  bool takes_away(const Action& action, base::NodeId at, base::NodeId peer) const;

  Host& host(base::NodeId id) { return *hosts_[id.value]; }

  const WorldOptions options_;
  const std::vector<Action> actions_;
  Agenda agenda_;
  SeededRandom random_;  // of the network and the nodes
  Checker checker_;
  Network network_;
  Witness witness_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<Effect> effects_;         // by action
  std::vector<base::Time> calm_since_;  // by node; kNever while it is not served well
  std::map<std::pair<base::NodeId, base::NodeId>, base::Time> opened_;  // the last block's end
  Outsiders outsiders_;
};

}  // namespace ovid::sim
