#pragma once
// Three nodes that consist of nothing but their transports, in one of the two worlds (real or
// simulated).

#include <chrono>
#include <memory>

#include "ovid/link/receiver.hpp"
#include "ovid/link/transport.hpp"

namespace ovid::transport_test {

/// The test starts, ends and drives the nodes. A node gets reports and messages only within calls
/// of the functions below.
class Stage {
 public:
  static constexpr int kNodes = 3;

  virtual ~Stage() = default;

  // These functions set what is at a node's port. At first, nothing is there.
  /// A process is there.
  virtual void start(int node) = 0;
  /// Nothing is there any more. If a process was there, it ends as if killed.
  virtual void clear(int node) = 0;
  /// Connections are accepted, but nothing is ever sent on them.
  virtual void be_silent(int node) = 0;
  /// An attempt to connect gets neither an answer nor a refusal.
  virtual void be_unreachable(int node) = 0;

  /// Ends every connection to the node's port, without the processes' doing. Connections that the
  /// node itself has made may end, too.
  virtual void cut(int node) = 0;

  // Functions for a process that runs.
  virtual link::Transport& transport(int node) = 0;
  /// Whether the driver would make a turn because something happened on its connections.
  virtual bool has_news(int node) = 0;
  virtual void give_reports(int node, link::Receiver& to) = 0;
  /// Gives at most `budget` messages.
  virtual void give_messages(int node, link::Receiver& to, int budget) = 0;

  /// The present time, as the node's driver would read it.
  virtual base::Time now() = 0;
  /// Lets some time pass. Returns false if the time limit is over.
  virtual bool wait() = 0;
};

/// With ZeroMQ, on free ports of this machine.
std::unique_ptr<Stage> real_stage();
std::unique_ptr<Stage> simulated_stage();

}  // namespace ovid::transport_test
