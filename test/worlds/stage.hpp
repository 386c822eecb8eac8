#pragma once
// Two or more nodes, each with a Player as its agent, in one of the two worlds (real or simulated).

#include <memory>
#include <string>
#include <vector>

namespace ovid::worlds_test {

class Stage {
 public:
  virtual ~Stage() = default;
  /// Sends a line as the client that is connected to the node.
  virtual void line(int node, const std::string& text) = 0;
  /// The client disconnects, and another client takes its place.
  virtual void change_client(int node) = 0;
  /// Ends the node as SIGKILL does.
  virtual void kill(int node) = 0;
  /// Starts a node that has ended. Its Player obeys `at_start` (player.hpp) when it starts.
  virtual void restart(int node, const std::string& at_start = "") = 0;
  /// What the node's agent has seen so far, over all processes of the node.
  virtual std::vector<std::string> seen(int node) = 0;
  /// What the node's log says about its agent so far: its notes, and why a process failed.
  virtual std::vector<std::string> log(int node) = 0;
  /// The next line that the client gets, "(end)" if the node closed the connection, or "(reset)" if
  /// the connection was reset.
  virtual std::string answer(int node) = 0;
  virtual bool runs(int node) = 0;
  /// Whether the node's last process ended the way a process ends whose agent broke the contract.
  virtual bool failed(int node) = 0;
  /// Lets some time pass. Returns false if the time limit is over.
  virtual bool wait() = 0;
};

/// With ZeroMQ: separate processes, sockets on free ports of this machine, and files as stores.
std::unique_ptr<Stage> real_stage(int nodes = 2);
std::unique_ptr<Stage> simulated_stage();

}  // namespace ovid::worlds_test
