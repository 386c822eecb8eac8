#pragma once
// The simulator's driver of one node; for real nodes this is net::Loop. Holds the node's process,
// which can be killed, stopped and started again, and what outlives the process: clock and disk.

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
  base::Duration late_max{};  ///< maximum delay of a wake-up
  base::Duration slow_by{};   ///< minimum time between two messages that are read; 0: not slow
};

class Host final : private link::Transport,
                   private node::Outside,
                   private node::Sources,
                   private node::Store,
                   private observe::Reader {
 public:
  /// Makes the agents of a node that starts, with their promises. Called for each new process.
  using MakeAgents = std::function<std::vector<node::Hosted>(base::NodeId)>;

  Host(const link::Config& config, MakeAgents make_agents, Agenda& agenda, Network& network,
       SeededRandom& random, Observer& observer);
  ~Host() override;

  base::NodeId id() const { return config_.self; }
  Processes::Condition condition() const { return condition_; }
  /// How many processes there have been, the present one included.
  int life() const { return life_; }
  const link::Config& config() const { return config_; }
  // The next three ask the process. Precondition: condition() is not Gone.
  base::Incarnation incarnation() const { return node_->incarnation(); }
  link::PeerState peer(base::NodeId id) const { return node_->peer(id); }
  /// How many records peers have not acknowledged.
  std::uint64_t owed() const { return node_->owed(); }
  LocalClock& clock() { return clock_; }
  Service& service() { return service_; }

  /// Wraps the services of each process that starts from now on.
  void put_between(node::Between between) { between_ = std::move(between); }
  void start();
  void kill();
  /// The present process will be killed at this point, inside a turn. Replaces an earlier kill
  /// point.
  void kill_inside_turn(const KillPoint& point) { kill_point_ = point; }
  void stop();
  void proceed();

  /// Why the process has ended, if an agent has broken the contract; otherwise empty.
  const std::string& failure() const { return failure_; }

  /// A line from a client; waits while the node does not accept lines.
  void line(std::string text);
  /// Whether a line waits and the node can read it.
  bool has_line() const {
    return condition_ == Processes::Condition::Running && !lines_.empty() && node_->accepts_lines();
  }
  /// Whether a report of the network waits for the node.
  bool has_report() const { return end_.has_report(); }
  /// The client disconnects. Later lines come from another one.
  void change_client();
  void report(base::NodeId peer, Report what);
  /// Asks for a turn at `at`, or as soon after that as the machine serves the process.
  void wake(base::Time at);
  /// Whether an agenda's Wake that happens now is still wanted. It is not if the host had an
  /// earlier turn and now waits for a later one.
  bool turn_is_due() const {
    return condition_ == Processes::Condition::Running && agenda_.now() >= wake_at_;
  }
  void turn();
  /// A turn will come soon. Only loads memory into the processor's caches.
  void expect_turn() const;

 private:
  class Observed;
  class Watched;
  struct FromClient {
    base::ClientId client;
    std::optional<std::string> text;  // nullopt: the client has disconnected
  };

  // link::Transport
  void connect(base::NodeId peer, const link::AttemptLimits& limits) override;
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

  /// The node has reached this place of its turn. It may be killed here.
  void pass(Moment moment);
  void pass_after_records();
  /// Whether the process was killed in this turn. What the node still does then has no effect, and
  /// observers do not see it.
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
  std::deque<FromClient> lines_;
  std::vector<base::Rope> replies_;
  base::Time wake_at_ = base::kNever;  // earliest Wake on the agenda
  base::Time taken_at_{};              // when the last message was read
  base::Time not_read_until_{};        // until then no message is read
  bool crashed_ = false;               // by one of its agents, in this turn
  bool records_sent_ = false;          // since Moment::RecordsSent was last passed
  std::optional<KillPoint> kill_point_;
  std::optional<Unfinished> unfinished_;  // set if the process was killed in this turn
  std::string failure_;
  std::uint64_t client_ = 1;  // id of the present client
  int life_ = 0;
};

}  // namespace ovid::sim
