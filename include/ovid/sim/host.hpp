#pragma once
// The simulator's driver of one node: what net::Loop is for real. Holds the process that may be
// killed, stopped and started again, and what outlives it: clock and disk.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ovid/node/node.hpp"
#include "ovid/sim/local_clock.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

class Host;

/// Who wants to know what nodes see and say. Called during turns.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before the agent has seen the event.
  virtual void event(Host& host, const agent::Event& event) = 0;
  virtual void reply(Host& host, const base::Rope& text) = 0;
  virtual void note(Host& host, base::Severity severity, std::optional<base::NodeId> peer,
                    std::string_view text) = 0;
  /// A message from the network, before it reaches the node: the observer may change it. How many
  /// times it arrives.
  virtual int packet(Host& host, Packet& packet) = 0;
};

/// How well the machine serves the process.
struct Service {
  base::Duration late_most{};  ///< wakes up to so much late
  base::Duration slow_by{};    ///< takes one message, then nothing for so long; 0: not slow
};

class Host final : private link::Transport, private node::Outside, private base::Notes {
 public:
  using MakeAgent = std::unique_ptr<agent::Agent> (*)();

  Host(const link::Config& config, MakeAgent make_agent, Agenda& agenda, Network& network,
       SeededRandom& random, Observer& observer);
  ~Host() override;

  base::NodeId id() const { return config_.self; }
  Processes::Condition condition() const { return condition_; }
  /// How many processes there have been, the present one included.
  int life() const { return life_; }
  /// Condition is not Gone.
  link::LinkManager& links() { return node_->links(); }
  LocalClock& clock() { return clock_; }
  Service& service() { return service_; }

  void start();
  void kill();
  void stop();
  void proceed();

  /// A line from a master; waits while the node does not accept lines.
  void line(std::string text);
  void report(base::NodeId peer, Report what);
  /// Has a turn as soon as its machine lets it, at `at` at the earliest.
  void wake(base::Time at);
  /// The agenda's Wake.
  void turn();

 private:
  class Observed;

  void connect(base::NodeId peer) override;
  bool send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) override;
  void reply(base::ClientId client, base::Rope text) override;
  void persist(std::string_view value) override;
  void crash() override;
  void note(base::Severity severity, std::optional<base::NodeId> peer,
            std::string_view text) override;

  void take_reports(base::Time local);
  void take_packets(base::Time local);

  const link::Config config_;
  const MakeAgent make_agent_;
  Agenda& agenda_;
  Network& network_;
  SeededRandom& random_;
  Observer& observer_;
  LocalClock clock_;
  Service service_;
  std::vector<std::string> disk_;

  // The process.
  Processes::Condition condition_ = Processes::Condition::Gone;
  std::unique_ptr<node::Node> node_;
  std::vector<std::pair<base::NodeId, Report>> reports_;
  std::deque<std::string> lines_;
  base::Time wake_at_ = base::kNever;  // earliest Wake on the agenda
  base::Time taken_at_{};              // last message of a slow reader
  base::Time deaf_until_{};            // what has arrived is not yet read
  bool crashed_ = false;               // by its own agent, in this turn
  int life_ = 0;
};

}  // namespace ovid::sim
