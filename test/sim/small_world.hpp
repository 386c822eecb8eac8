#pragma once
// Hosts on a virtual network. There are no faults and no clients, and no checkers but those of the
// test itself.

#include <memory>
#include <vector>

#include "ovid/sim/host.hpp"
#include "ovid/sim/processes.hpp"

namespace ovid::sim {

/// The test class itself is the observer of the hosts.
class SmallWorld : protected Processes, protected Observer {
 protected:
  explicit SmallWorld(int nodes) : network_(nodes, Traits(), agenda_, random_, *this) {}

  /// Adds the next node, without starting it.
  Host& add(const link::Config& config, const Host::MakeAgents& make_agents) {
    // std::make_unique cannot be used: only this class may convert itself to its private bases,
    // which the host borrows.
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
