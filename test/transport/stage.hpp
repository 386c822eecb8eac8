#pragma once
// Three nodes that are nothing but their transports, in one world or the other.

#include <chrono>
#include <memory>

#include "ovid/link/receiver.hpp"
#include "ovid/link/transport.hpp"

namespace ovid::transport_test {

/// Nodes are told to begin and end, and are driven, by the test; between two calls of a node's
/// functions nothing is reported to it.
class Stage {
 public:
  static constexpr int kNodes = 3;

  virtual ~Stage() = default;

  /// How long attempts to connect may take, of processes that start from now on: until there is an
  /// answer, and then until a handshake. By default, longer than a busy machine needs.
  struct Limits {
    std::chrono::milliseconds connect{20000};
    std::chrono::milliseconds handshake{20000};
  };
  virtual void limit(const Limits& limits) = 0;

  // What is at a node's port; at first, nothing.
  /// A process.
  virtual void start(int node) = 0;
  /// Nothing any more; a process ends without a farewell.
  virtual void clear(int node) = 0;
  /// Connections are accepted, and nobody says anything.
  virtual void be_silent(int node) = 0;
  /// An attempt to connect gets neither an answer nor a refusal.
  virtual void be_unreachable(int node) = 0;

  /// Every connection to the node's port ends, by no fault of the processes; perhaps also those
  /// that the node itself has made.
  virtual void cut(int node) = 0;

  // Of a process that runs.
  virtual link::Transport& transport(int node) = 0;
  /// Whether the driver would have a turn because of its connections.
  virtual bool has_news(int node) = 0;
  virtual void give_reports(int node, link::Receiver& to) = 0;
  /// At most so many messages.
  virtual void give_messages(int node, link::Receiver& to, int budget) = 0;

  /// As the node's driver would read it.
  virtual base::Time now() = 0;
  /// Lets time pass; false if there is none left.
  virtual bool wait() = 0;
};

/// On ZeroMQ, on free ports of this machine.
std::unique_ptr<Stage> real_stage();
std::unique_ptr<Stage> simulated_stage();

}  // namespace ovid::transport_test
