#include <deque>

#include "player.hpp"
#include "stage.hpp"

#include "ovid/sim/host.hpp"

namespace ovid::worlds_test {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kStep = 100us;
constexpr base::Duration kEnd = 60s;

class SimulatedStage final : public Stage, private sim::Processes, private sim::Observer {
 public:
  SimulatedStage() {
    for (std::uint16_t id = 0; id < 2; ++id) {
      link::Config config;
      config.self = {id};
      config.nodes = 2;
      // Not make_unique: only this class may see itself as what a host borrows.
      hosts_.emplace_back(new sim::Host(
          config,
          [this](base::NodeId node) {
            return node::alone("player",
                               std::make_unique<Player>([this, node](const std::string& what) {
                                 seen_[node.value].push_back(what);
                               }));
          },
          agenda_, network_, random_, *this));
    }
    for (const auto& host : hosts_) host->start();
  }

  void line(int node, const std::string& text) override { host(node).line(text); }
  void change_client(int node) override { host(node).change_master(); }
  void restart(int node) override { host(node).start(); }
  std::vector<std::string> seen(int node) override { return seen_[node]; }
  std::string answer(int node) override {
    while (told_[node].empty() && runs(node) && wait()) {
    }
    if (told_[node].empty()) return "(end)";
    const std::string line = told_[node].front();
    told_[node].pop_front();
    return line;
  }
  bool runs(int node) override { return host(node).condition() == Condition::Running; }
  bool wait() override {
    now_ += kStep;
    while (agenda_.next() <= now_) {
      const sim::Event event = agenda_.pop();
      if (event.kind != sim::Event::Kind::Wake)
        network_.happen(event);
      else if (hosts_[event.a.value]->turn_is_due())
        hosts_[event.a.value]->turn();
    }
    return now_ < base::Time(kEnd);
  }

 private:
  sim::Host& host(int node) { return *hosts_[static_cast<std::size_t>(node)]; }

  Condition condition(base::NodeId node) const override {
    return node.value < hosts_.size() ? hosts_[node.value]->condition() : Condition::Gone;
  }
  void report(base::NodeId node, base::NodeId peer, link::Report what) override {
    hosts_[node.value]->report(peer, what);
  }
  void wake(base::NodeId node) override { hosts_[node.value]->wake(agenda_.now()); }

  void event(sim::Host&, agent::AgentId, const agent::Event&) override {}
  void effect(sim::Host&, agent::AgentId, const agent::Effect&) override {}
  void ends(sim::Host&) override {}
  void synced(sim::Host&) override {}
  void leaves(sim::Host&) override {}
  void reply(sim::Host& host, const base::Rope& text) override {
    std::string line = base::flatten(text);
    line.pop_back();
    told_[host.id().value].push_back(line);
  }
  void note(sim::Host&, base::Severity, std::optional<base::NodeId>, std::string_view) override {}
  void packet(sim::Host&, const sim::Packet&) override {}

  std::vector<std::string> seen_[2];
  std::deque<std::string> told_[2];
  base::Time now_{};
  sim::Agenda agenda_;
  sim::SeededRandom random_{1};
  sim::Network network_{2, sim::Traits(), agenda_, random_, *this};
  std::vector<std::unique_ptr<sim::Host>> hosts_;
};

}  // namespace

std::unique_ptr<Stage> simulated_stage() {
  return std::make_unique<SimulatedStage>();
}

}  // namespace ovid::worlds_test
