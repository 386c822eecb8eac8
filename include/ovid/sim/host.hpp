#pragma once
// The simulator's driver of one node: what net::Loop is for real. Holds the process that may be
// killed, stopped and started again, and what outlives it: clock and disk.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ovid/link/receiver.hpp"
#include "ovid/node/node.hpp"
#include "ovid/node/sources.hpp"
#include "ovid/sim/disk.hpp"
#include "ovid/sim/kill_point.hpp"
#include "ovid/sim/local_clock.hpp"
#include "ovid/sim/network.hpp"
#include "ovid/sim/network_end.hpp"
#include "ovid/sim/observer.hpp"
#include "ovid/sim/processes.hpp"

namespace ovid::sim {

/// How well the machine serves the process.
struct Service {
  base::Duration late_max{};  ///< wakes up to so much late
  base::Duration slow_by{};   ///< takes one message, then nothing for so long; 0: not slow
};

class Host final : private link::Transport,
                   private node::Outside,
                   private node::Sources,
                   private node::Store,
                   private observe::Reader {
 public:
  /// The agents of a node that starts, and what they promise: called for each process.
  using MakeAgents = std::function<std::vector<node::Hosted>(base::NodeId)>;

  Host(const link::Config& config, MakeAgents make_agents, Agenda& agenda, Network& network,
       SeededRandom& random, Observer& observer);
  ~Host() override;

  base::NodeId id() const { return config_.self; }
  Processes::Condition condition() const { return condition_; }
  /// How many processes there have been, the present one included.
  int life() const { return life_; }
  const link::Config& config() const { return config_; }
  // Of the process; condition is not Gone.
  base::Incarnation incarnation() const { return node_->incarnation(); }
  link::PeerState peer(base::NodeId id) const { return node_->peer(id); }
  /// How many records peers have not acknowledged.
  std::uint64_t owed() const { return node_->owed(); }
  LocalClock& clock() { return clock_; }
  Service& service() { return service_; }

  /// For the processes that start from now on.
  void put_between(node::Between between) { between_ = std::move(between); }
  void start();
  void kill();
  /// The present process is killed inside a turn, and is then Gone; in place of the last such wish.
  void kill_inside_turn(const KillPoint& point) { kill_point_ = point; }
  void stop();
  void proceed();

  /// Why the process has ended by itself, if an agent has broken its contract.
  const std::string& failure() const { return failure_; }

  /// A line from a master; waits while the node does not accept lines.
  void line(std::string text);
  /// Whether a line waits that the node is going to read.
  bool has_line() const {
    return condition_ == Processes::Condition::Running && !lines_.empty() && node_->accepts_lines();
  }
  /// Whether a report of the network waits for the node.
  bool has_report() const { return end_.has_report(); }
  /// The master leaves, and another one speaks from now on.
  void change_master();
  void report(base::NodeId peer, Report what);
  /// Has a turn as soon as its machine lets it, at `at` at the earliest.
  void wake(base::Time at);
  /// Whether the agenda's Wake is one that the host still waits for.
  bool turn_is_due() const {
    return condition_ == Processes::Condition::Running && agenda_.now() >= wake_at_;
  }
  void turn();
  /// That the host is going to have a turn soon: without effect but on the processor's caches.
  void expect_turn() const;

 private:
  class Observed;
  class Watched;
  struct FromMaster {
    base::ClientId client;
    std::optional<std::string> text;  // none: it has gone
  };

  // link::Transport
  void connect(base::NodeId peer) override;
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override;
  // node::Outside
  void reply(base::ClientId client, base::Rope text) override;
  void send_replies() override;
  std::size_t reply_bytes_left() override { return 0; }
  void crash() override;
  void fail(const std::string& why) override;
  // node::Sources
  void give_reports(link::Receiver& to) override;
  void give_messages(link::Receiver& to) override;
  void give_lines(node::Node& to) override;
  // node::Store
  node::Recovery recover(agent::AgentId agent) override { return disk_.recover(agent); }
  void append(agent::AgentId agent, std::string_view value) override;
  void checkpoint(agent::AgentId agent, std::string_view value) override;
  void sync() override;
  // observe::Reader
  void read(const observe::Event& event) override {
    if (!killed()) observer_.happened(*this, event);
  }

  /// The node has come to this place of its turn. It may be killed there.
  void pass(Moment moment);
  void pass_after_records();
  /// Whether it has been killed in this turn: what it still does has no effect, and nobody sees it.
  bool killed() const { return unfinished_.has_value(); }
  void end_process();
  void expect_message(std::size_t others) const;

  const link::Config config_;
  const MakeAgents make_agents_;
  node::Between between_;
  Agenda& agenda_;
  Network& network_;
  SeededRandom& random_;
  Observer& observer_;
  observe::Stream stream_;
  LocalClock clock_;
  Service service_;
  Disk disk_;

  // The process.
  Processes::Condition condition_ = Processes::Condition::Gone;
  std::unique_ptr<node::Node> node_;
  NetworkEnd end_;
  std::deque<FromMaster> lines_;
  std::vector<base::Rope> replies_;
  base::Time wake_at_ = base::kNever;  // earliest Wake on the agenda
  base::Time taken_at_{};              // last message of a slow reader
  base::Time deaf_until_{};            // what has arrived is not yet read
  bool crashed_ = false;               // by its own agent, in this turn
  bool records_sent_ = false;          // to a peer, and the kill point has not heard of it
  std::optional<KillPoint> kill_point_;
  std::optional<Unfinished> unfinished_;  // killed in this turn
  std::string failure_;
  std::uint64_t master_ = 1;  // who speaks
  int life_ = 0;
};

}  // namespace ovid::sim
