#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

#include "stage.hpp"

#include "ovid/sim/network_end.hpp"
#include "ovid/sim/processes.hpp"

namespace ovid::transport_test {
namespace {

using namespace std::chrono_literals;
using base::NodeId;

constexpr base::Duration kStep = 100us;
constexpr base::Time kEnd{120s};

NodeId id_of(int node) {
  return {static_cast<std::uint16_t>(node)};
}

class SimulatedStage final : public Stage, private sim::Processes {
 public:
  SimulatedStage() {
    for (int node = 0; node < kNodes; ++node) ends_.emplace_back(id_of(node), network_);
  }

  void start(int node) override {
    clear(node);
    conditions_[at(node)] = Condition::Running;
  }
  void clear(int node) override {
    for (int other = 0; unreachable_[at(node)] && other < kNodes; ++other) {
      network_.unblock(id_of(node), id_of(other));
      network_.unblock(id_of(other), id_of(node));
    }
    unreachable_[at(node)] = false;
    conditions_[at(node)] = Condition::Gone;
    ends_[at(node)].clear();
    network_.gone(id_of(node));
  }
  void be_silent(int node) override {
    clear(node);
    conditions_[at(node)] = Condition::Stopped;
  }
  void be_unreachable(int node) override {
    clear(node);
    for (int other = 0; other < kNodes; ++other) {
      network_.block(id_of(node), id_of(other));
      network_.block(id_of(other), id_of(node));
    }
    unreachable_[at(node)] = true;
  }
  void cut(int node) override {
    for (int other = 0; other < kNodes; ++other)
      if (other != node) network_.cut(id_of(other), id_of(node));
  }

  link::Transport& transport(int node) override { return ends_[at(node)]; }
  bool has_news(int node) override { return ends_[at(node)].has_report(); }
  void give_reports(int node, link::Receiver& to) override {
    while (ends_[at(node)].give_report(to)) {
    }
  }
  void give_messages(int node, link::Receiver& to, int budget) override {
    for (; budget > 0; --budget) {
      const auto packet = network_.take(id_of(node));
      if (!packet) return;
      to.frames({{packet->envelope.data(), packet->envelope.size()}, packet->body.view()});
    }
  }

  base::Time now() override { return agenda_.now(); }
  bool wait() override {
    const base::Time until = agenda_.now() + kStep;
    while (agenda_.next() <= until) network_.happen(agenda_.pop());
    agenda_.advance(until);
    return until < kEnd;
  }

 private:
  static std::size_t at(int node) { return static_cast<std::size_t>(node); }

  Condition condition(NodeId node) const override { return conditions_[node.value]; }
  void report(NodeId node, NodeId peer, link::Report what) override {
    ends_[node.value].add(peer, what);
  }
  void wake(NodeId) override {}

  sim::Agenda agenda_;
  sim::SeededRandom random_{1};
  sim::Network network_{kNodes, sim::Traits(), agenda_, random_, *this};
  std::vector<sim::NetworkEnd> ends_;
  std::array<Condition, kNodes> conditions_{Condition::Gone, Condition::Gone, Condition::Gone};
  std::array<bool, kNodes> unreachable_{};
};

}  // namespace

std::unique_ptr<Stage> simulated_stage() {
  return std::make_unique<SimulatedStage>();
}

}  // namespace ovid::transport_test
