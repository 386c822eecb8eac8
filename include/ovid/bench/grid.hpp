#pragma once
// A grid of chatroom nodes as users run it: processes, and a client's connection to each.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ovid/bench/child.hpp"
#include "ovid/bench/client.hpp"

namespace ovid::bench {

/// Where a node of a grid has its place.
struct Seat {
  int self = 0;
  int nodes = 0;
  int base_port = 0;  ///< for peers; that of node 0, the others' follow
  int master_port = 0;
};
/// Starts a process that listens on its ports and answers `alive`, `count` and `broadcast`.
using Starter = std::function<Child(const Seat&)>;
/// `program`: the path of an `ovid`.
Starter nodes_of(const std::string& program, Sessions sessions);

class Grid {
 public:
  /// Starts all nodes, without waiting.
  Grid(Starter starter, int nodes);

  int size() const { return static_cast<int>(nodes_.size()); }
  int master_port(int node) const { return base_port_ + size() + node; }
  /// Connects at the first call.
  Client& client(int node);
  const Child& process(int node) const;
  /// SIGKILL, and no more: to be followed by kill() when the others have noticed it.
  void crash(int node);
  /// SIGKILL; closes the connection as well.
  void kill(int node);
  void start(int node);

  /// Asks until each of these nodes has answered exactly `alive <shown>`; returns when the last
  /// did.
  Clock::time_point await_alive(const std::vector<int>& at, const std::vector<int>& shown);
  /// All see all.
  void await_whole();
  /// Asks until every log has so many messages.
  void await_count(std::int64_t messages);
  /// All ids except `without`; -1: all.
  std::vector<int> others(int without = -1) const;
  Seconds processor_time() const;

 private:
  struct Place {
    std::vector<Child> process;  // one or none
    std::vector<Client> client;  // one or none
    bool crashed = false;        // on purpose
  };
  /// Asks until the node's answer is the expected one; throws after `end`, or if a node ends.
  void await_answer(int node, std::string_view question, const std::string& expected,
                    Clock::time_point end);

  /// BenchError if a node has ended that was not killed.
  void check_all() const;

  const Starter starter_;
  const int base_port_;
  std::vector<Place> nodes_;
};

}  // namespace ovid::bench
