#pragma once
// A grid in memory whose time is moved by hand: processes on the simulator's network, on which
// nothing takes time and nothing is left to chance but what becomes of a broken connection. One
// turn a millisecond for every process that is not stopped. Connections can be broken and paths
// blocked, and anybody's words can be put on any port.

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "process.hpp"

#include "ovid/sim/processes.hpp"

namespace ovid::test {

using namespace std::chrono_literals;
using sim::SeededRandom;

class Grid final : private sim::Processes {
 public:
  using Adjust = std::function<void(link::Config&)>;
  /// in_flight_max: messages that each connection takes before it is full.
  explicit Grid(int nodes, Adjust adjust = {}, std::size_t in_flight_max = 1000000);

  // The processes.
  void start(int node);
  void start_all();
  /// SIGKILL: its port is closed, its connections end.
  void kill(int node);
  /// SIGSTOP: its kernel accepts connections, and no handshake follows.
  void stop(int node) { conditions_[node] = Condition::Stopped; }
  /// Only the loop stands still: connections are made, messages are taken, and nobody reads them.
  void hang(int node) { hung_[node] = true; }
  /// After stop or hang.
  void go_on(int node);
  bool running(int node) const { return processes_.contains(node); }
  Process& operator[](int node) { return *processes_.at(node); }
  link::LinkManager& links(int node) { return (*this)[node].links; }
  bool up(int node, int peer) const { return processes_.at(node)->up.contains(id(peer)); }
  bool all_up() const;
  link::Config config_of(int node) const;

  // Time.
  base::Time now() const { return agenda_.now(); }
  void run(base::Duration duration);
  /// False if it has not come true within `limit`.
  bool run_until(const std::function<bool()>& holds, base::Duration limit = 2s);
  /// One turn of one process, now.
  void turn(int node);

  // Connections, each from a process to another's port.
  const Asked& asked(int from, int to) { return asked_[from][to]; }
  bool connected(int from, int to) const { return network_.connected(id(from), id(to)); }
  /// It breaks, which is noticed in the next turn; `lost`: with all that was on its way. Otherwise
  /// some of that arrives beside what a new connection brings.
  void break_connection(int from, int to, bool lost = true);
  /// Nothing arrives, and no connection is made in either direction.
  void block(int from, int to) { network_.block(id(from), id(to)); }
  void unblock(int from, int to) { network_.unblock(id(from), id(to)); }
  /// What is on its way is taken off it.
  std::vector<Message> intercept(int from, int to);
  /// Somebody's words on a node's port, in its present turn.
  void put(int to, const Message& message);
  void put_bytes(int to, std::string_view envelope, std::string_view body);

 private:
  Condition condition(base::NodeId node) const override;
  void report(base::NodeId node, base::NodeId peer, link::Report what) override;
  void wake(base::NodeId) override {}

  int ids() const;
  void pass(base::Time until);

  const int nodes_;
  const Adjust adjust_;
  std::uint64_t seed_ = 1;
  sim::Agenda agenda_;
  SeededRandom random_{1};
  sim::Network network_;
  std::map<int, std::unique_ptr<Process>> processes_;
  std::map<int, Condition> conditions_;
  std::map<int, bool> hung_;
  std::map<int, std::map<int, Asked>> asked_;  // by asker, peer
};

/// Whether the ledger of `node` for `peer` balances.
bool balances(Grid& grid, int node, int peer);

/// The four numbers and the rest of a message that `from` would send to `to` in their session.
wire::Envelope in_session(Grid& grid, int from, int to, std::uint64_t first, std::uint32_t count,
                          std::uint64_t ack = 0);

}  // namespace ovid::test
