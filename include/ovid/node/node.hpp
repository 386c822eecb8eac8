#pragma once
// One machine made of links and the agents they serve: the same for real and in simulation. A
// driver tells it what happened and when, as inputs (input.hpp); what the node wants done goes to
// transport, outside and store. The code of a turn is here, for all drivers.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/random.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/link_manager.hpp"
#include "ovid/node/input.hpp"
#include "ovid/node/outside.hpp"
#include "ovid/node/seat.hpp"
#include "ovid/node/store.hpp"
#include "ovid/observe/drops.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::node {

/// Borrowed by a node, which they must outlive.
struct Services {
  link::Transport& transport;
  Outside& outside;
  base::RandomSource& random;
  observe::Stream& stream;
  Store* store = nullptr;         ///< none: agents that need one are refused
  InputReader* inputs = nullptr;  ///< who records them, if somebody does
};
/// Who stands between a driver and its node, for example to record what passes; called once for
/// each node. Empty: nobody.
using Between = std::function<Services(const Services&)>;
/// What a node gets that is to run on `driver`.
inline Services through(const Between& between, const Services& driver) {
  return between ? between(driver) : driver;
}

class Node;

/// Where a driver's inputs wait for a turn. Each call hands over some of them, in order, so that no
/// flood of one kind keeps the others waiting.
class Sources {
 public:
  virtual ~Sources() = default;
  virtual void give_reports(link::Receiver& to) = 0;
  virtual void give_messages(link::Receiver& to) = 0;
  /// Lines and departures of clients, through Node::take; no lines while it does not accept any.
  virtual void give_lines(Node& to) = 0;
};

/// Owns the agents. Used on the loop's thread.
class Node final : private link::Listener, private link::Receiver, private SeatServices {
 public:
  /// Throws base::CannotStart where an agent needs a store and there is none.
  Node(const link::Config& config, std::vector<Hosted> agents, const Services& services);

  /// Once, before the first turn: starts the agents, with what the store has for them, and the
  /// links.
  void start(base::Time now) { take(Starts{now}); }
  /// A turn: what the sources have, and what is due.
  void turn(base::Time now, Sources& sources);
  /// One input. turn() and the sources call it; who replays inputs does.
  void take(const Input& input);

  /// False while peers owe too much: the driver leaves the clients' sockets unread.
  bool accepts_lines() const { return life_ == Life::Runs && !links_.congested(); }
  /// When the next turn is due at the latest.
  base::Time deadline() const;
  /// For who watches.
  const link::LinkManager& links() const { return links_; }

 private:
  enum class Life : std::uint8_t {
    Runs,
    Leaves,  ///< crashed "when sent": waits for its peers' acknowledgements
    Ended,
  };
  struct LocalMessage {
    agent::AgentId from;
    agent::AgentId to;
    std::string contents;
  };

  void begin(base::Time now);
  void begin_turn(base::Time now);
  void end_turn();
  void hear_line(const Said& said);
  void deliver_local();
  void deliver(const agent::Address& from, agent::AgentId to, std::string_view contents);
  void end(Life life);
  std::string ledger_line() const;
  void step_all(const agent::Event& event);

  // link::Receiver
  void report(base::NodeId peer, link::Report what) override { take(Reported{peer, what}); }
  void frames(const link::Frames& frames) override { take(Arrived{frames}); }

  // link::Listener
  void peer_up(base::NodeId peer) override;
  void peer_down(base::NodeId peer, const link::Evidence& evidence) override;
  void message(base::NodeId from, std::string_view contents) override;

  // SeatServices
  int nodes() const override { return config_.nodes; }
  base::Time now() const override { return now_; }
  base::Time later(base::Duration min, base::Duration max) override;
  void send(agent::AgentId from, const agent::Destination& to, std::string_view contents) override;
  void reply(base::ClientId client, base::Rope text) override;
  void append(agent::AgentId from, std::string_view value) override;
  void checkpoint(agent::AgentId from, std::string_view value) override;
  void note(agent::AgentId from, base::Severity severity, std::string_view text) override;
  void crash(agent::Crash how) override;
  void fail(const std::string& why) override;

  const link::Config config_;
  const Services services_;
  Life life_ = Life::Runs;
  bool obeys_ = true;        // life_ is Runs
  std::vector<Seat> seats_;  // by AgentId
  bool alone_ = false;       // there is one
  link::LinkManager links_;
  base::Time now_{};                // of the present turn
  std::deque<LocalMessage> local_;  // for agents of this node
  bool unsynced_ = false;           // something was appended
  std::string outgoing_;            // contents with addresses, scratch
  observe::Drops misaddressed_;
};

}  // namespace ovid::node
