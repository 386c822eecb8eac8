#pragma once
// Hosts on a virtual network and nothing else: no faults, no masters, no checkers but the test's
// own.

#include <memory>
#include <vector>

#include "ovid/sim/host.hpp"
#include "ovid/sim/processes.hpp"

namespace ovid::sim {

/// The test is the observer.
class SmallWorld : protected Processes, protected Observer {
 protected:
  explicit SmallWorld(int nodes) : network_(nodes, Traits(), agenda_, random_, *this) {}

  /// The next node; not started.
  Host& add(const link::Config& config, const Host::MakeAgents& make_agents) {
    // Not make_unique: only this class may see itself as what a host borrows.
    hosts_.emplace_back(new Host(config, make_agents, agenda_, network_, random_, *this));
    return *hosts_.back();
  }
  Host& host(base::NodeId id) { return *hosts_[id.value]; }
  void run_until(base::Time end) {
    while (agenda_.next() <= end) {
      const Event event = agenda_.pop();
      if (event.kind != Event::Kind::Wake)
        network_.happen(event);
      else if (host(event.a).turn_is_due())
        host(event.a).turn();
    }
  }

 private:
  Condition condition(base::NodeId node) const override {
    return node.value < hosts_.size() ? hosts_[node.value]->condition() : Condition::Gone;
  }
  void report(base::NodeId node, base::NodeId peer, Report what) override {
    host(node).report(peer, what);
  }
  void wake(base::NodeId node) override { host(node).wake(agenda_.now()); }

 protected:
  Agenda agenda_;
  SeededRandom random_{1};
  Network network_;
  std::vector<std::unique_ptr<Host>> hosts_;
};

}  // namespace ovid::sim
