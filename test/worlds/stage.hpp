#pragma once
// Two nodes or more that host a Player each, in one world or the other.

#include <memory>
#include <string>
#include <vector>

namespace ovid::worlds_test {

class Stage {
 public:
  virtual ~Stage() = default;
  /// From the client that is connected to the node.
  virtual void line(int node, const std::string& text) = 0;
  /// The client disconnects; another one takes its place.
  virtual void change_client(int node) = 0;
  /// As SIGKILL does.
  virtual void kill(int node) = 0;
  /// Starts a node that has ended. Its Player obeys `at_start` (player.hpp) when it starts.
  virtual void restart(int node, const std::string& at_start = "") = 0;
  /// What the node's agent has seen so far, in all its processes.
  virtual std::vector<std::string> seen(int node) = 0;
  /// What the node's log says about its agent so far: its notes, and why a process has failed.
  virtual std::vector<std::string> log(int node) = 0;
  /// The next line that the client gets, "(end)" if the node has closed the connection, "(reset)"
  /// if it was reset.
  virtual std::string answer(int node) = 0;
  virtual bool runs(int node) = 0;
  /// Whether the last process has ended as one does whose agent has broken the contract.
  virtual bool failed(int node) = 0;
  /// Lets time pass; false if there is none left.
  virtual bool wait() = 0;
};

/// On ZeroMQ: processes, sockets on free ports of this machine, files for what they keep.
std::unique_ptr<Stage> real_stage(int nodes = 2);
std::unique_ptr<Stage> simulated_stage();

}  // namespace ovid::worlds_test
