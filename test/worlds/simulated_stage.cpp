#include <deque>

#include "../sim/small_world.hpp"
#include "player.hpp"
#include "stage.hpp"

#include "ovid/observe/text.hpp"

namespace ovid::worlds_test {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kStep = 100us;
constexpr base::Duration kEnd = 60s;

class SimulatedStage final : public Stage, private sim::SmallWorld {
 public:
  SimulatedStage() : SmallWorld(2) {
    for (std::uint16_t id = 0; id < 2; ++id) {
      link::Config config;
      config.self = {id};
      config.nodes = 2;
      add(config, [this](base::NodeId node) {
        const auto saw = [this, node](const std::string& what) {
          seen_[node.value].push_back(what);
        };
        return node::alone("player", std::make_unique<Player>(saw, at_start_));
      });
    }
    for (const auto& host : hosts_) host->start();
  }

  void line(int node, const std::string& text) override { host(node).line(text); }
  void change_client(int node) override { host(node).change_client(); }
  void kill(int node) override { host(node).kill(); }
  void restart(int node, const std::string& at_start) override {
    told_[node].clear();
    at_start_ = at_start;
    host(node).start();
    at_start_.clear();
  }
  std::vector<std::string> seen(int node) override { return seen_[node]; }
  std::vector<std::string> log(int node) override { return log_[node]; }
  std::string answer(int node) override {
    while (told_[node].empty() && runs(node) && wait()) {
    }
    if (told_[node].empty()) return "(end)";
    const std::string line = told_[node].front();
    told_[node].pop_front();
    return line;
  }
  bool runs(int node) override { return host(node).condition() == Condition::Running; }
  bool failed(int node) override { return !runs(node) && !host(node).failure().empty(); }
  bool wait() override {
    now_ += kStep;
    run_until(now_);
    return now_ < base::Time(kEnd);
  }

 private:
  sim::Host& host(int node) { return *hosts_[static_cast<std::size_t>(node)]; }

  observe::Kinds kinds() const override {
    return observe::Kinds::of<observe::AgentNote, observe::NodeFailed>();
  }
  void happened(sim::Host& host, const observe::Event& event) override {
    log_[host.id().value].push_back(observe::text_of(event));
  }
  void reply(sim::Host& host, const base::Rope& text) override {
    std::string line = base::flatten(text);
    line.pop_back();
    told_[host.id().value].push_back(line);
  }

  std::string at_start_;  // the line that the player of the next started process obeys at its start
  std::vector<std::string> seen_[2];
  std::vector<std::string> log_[2];
  std::deque<std::string> told_[2];
  base::Time now_{};
};

}  // namespace

std::unique_ptr<Stage> simulated_stage() {
  return std::make_unique<SimulatedStage>();
}

}  // namespace ovid::worlds_test
