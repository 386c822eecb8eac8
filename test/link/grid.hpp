#pragma once
// A grid in memory. The test itself advances the time. The processes use the simulator's network,
// on which nothing takes time and nothing is random, except which messages of a broken connection
// still arrive. Each process has one turn every millisecond unless it is stopped. Tests can break
// connections, block paths, and put any message on any port.

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
  /// in_flight_max: how many messages a connection takes before it is full.
  explicit Grid(int nodes, Adjust adjust = {}, std::size_t in_flight_max = 1000000);

  // The processes.
  void start(int node);
  void start_all();
  /// As SIGKILL does: its port is closed and its connections end.
  void kill(int node);
  /// As SIGSTOP does: the kernel accepts connections, but no handshake follows.
  void stop(int node) { conditions_[node] = Condition::Stopped; }
  /// Only the loop of the process stands still: connections are made and messages are accepted, but
  /// the process reads none of them.
  void hang(int node) { hung_[node] = true; }
  /// Ends the effect of stop or hang.
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
  /// Returns false if the condition has not become true within `limit`.
  bool run_until(const std::function<bool()>& holds, base::Duration limit = 2s);
  /// Makes one turn of one process, at the present time.
  void turn(int node);

  // Connections. Each leads from one process to the port of another.
  const Asked& asked(int from, int to) { return asked_[from][to]; }
  bool connected(int from, int to) const { return network_.connected(id(from), id(to)); }
  /// The connection breaks; the process notices that in its next turn. If `lost`, all messages on
  /// their way are lost. If not, some of them still arrive, mixed with messages of a new
  /// connection.
  void break_connection(int from, int to, bool lost = true);
  /// In this direction nothing arrives. Connections cannot be made in either direction.
  void block(int from, int to) { network_.block(id(from), id(to)); }
  void unblock(int from, int to) { network_.unblock(id(from), id(to)); }
  /// Removes the messages that are on their way, and returns them.
  std::vector<Message> intercept(int from, int to);
  /// Puts a message on a node's port. The node gets it in its present turn.
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
  std::map<int, std::map<int, Asked>> asked_;  // by id of the process that asked, then by peer
};

/// Returns whether the numbers in the ledger of `node` for `peer` add up.
bool balances(Grid& grid, int node, int peer);

/// An envelope as `from` would send it to `to` in their present session, with its four numbers.
wire::Envelope in_session(Grid& grid, int from, int to, std::uint64_t first, std::uint32_t count,
                          std::uint64_t ack = 0);

}  // namespace ovid::test
