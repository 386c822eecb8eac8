#pragma once
// One machine made of a link manager and the agent it serves: the same for real and in simulation.
// A driver reports what happened and when; what the node wants done goes to the driver's Outside.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/agent/agent.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/note.hpp"
#include "ovid/base/random.hpp"
#include "ovid/base/time.hpp"
#include "ovid/base/timers.hpp"
#include "ovid/link/link_manager.hpp"

namespace ovid::node {

/// What a node asks of its driver besides connections.
class Outside {
 public:
  virtual ~Outside() = default;
  /// Text to a client; in order, dropped if the client is gone.
  virtual void reply(base::ClientId client, base::Rope text) = 0;
  /// Makes the value durable before it returns; given back to the next incarnation's start().
  virtual void persist(std::string_view value) = 0;
  /// The process ends here and now. In a simulation it returns, and the node is not used again.
  virtual void crash() = 0;
};

/// Owns the agent; borrows the rest, which must outlive it. Used on the loop's thread.
class Node final : private link::Listener, private agent::Effects {
 public:
  Node(const link::Config& config, std::unique_ptr<agent::Agent> agent, link::Transport& transport,
       Outside& outside, base::RandomSource& random, base::Notes& notes);

  /// The driver's way to report connections and frames.
  link::LinkManager& links() { return links_; }

  /// Once, before the first turn. `recovered` is what earlier incarnations persisted, in order.
  void start(base::Time now, const std::vector<std::string>& recovered = {});
  /// A turn of the driver's loop: turn_begins, any number of events, turn_ends.
  void turn_begins(base::Time now);
  void turn_ends(base::Time now);
  /// A line from a client, within a turn. `ledger` is answered by the node itself, everything else
  /// is the agent's: `ledger 1:offered=9,acknowledged=7,unacknowledged=0,fate_unknown=2 2:...`
  void line(base::ClientId client, std::string_view text);
  /// False while peers owe too much: the driver leaves the clients' sockets unread.
  bool accepts_lines() const { return !links_.congested(); }
  /// When the next turn is due at the latest.
  base::Time deadline() const;

 private:
  // link::Listener
  void peer_up(base::NodeId peer) override;
  void peer_down(base::NodeId peer, const link::Evidence& evidence) override;
  void message(base::NodeId from, std::string_view contents) override;

  // agent::Effects
  void send(base::NodeId to, std::string_view contents) override;
  void broadcast(std::string_view contents) override;
  void timer(agent::TimerId id, base::Duration least, base::Duration most) override;
  void reply(base::ClientId client, base::Rope text) override;
  void persist(std::string_view value) override;
  void note(base::Severity severity, std::string_view text) override;
  void crash() override;

  std::string ledger_line() const;
  void step(const agent::Event& event) { agent_->step(event, *this); }

  const link::Config config_;
  std::unique_ptr<agent::Agent> agent_;
  Outside& outside_;
  base::RandomSource& random_;
  base::Notes& notes_;
  base::Timers<agent::TimerId> timers_;
  base::Time now_{};  // of the present turn
  link::LinkManager links_;
};

}  // namespace ovid::node
