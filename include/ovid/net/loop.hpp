#pragma once
// The driver for real: one thread, one zmq_poll whose set does not grow with the grid.

#include <functional>
#include <memory>
#include <string>

#include "ovid/agent/agent.hpp"
#include "ovid/base/random.hpp"
#include "ovid/net/master_door.hpp"
#include "ovid/net/mesh.hpp"
#include "ovid/node/node.hpp"

namespace ovid::net {

/// The operating system's random numbers (getrandom(2)).
class SystemRandom final : public base::RandomSource {
 public:
  std::uint64_t next() override;
};

/// Owns the node and its sockets. Everything happens on the thread that calls run().
class Loop final : private node::Outside {
 public:
  /// Binds both ports, or throws CannotStart. The context, the random source and the notes are
  /// borrowed.
  Loop(zmq::context_t& context, const MeshConfig& mesh, const DoorConfig& door,
       const link::Config& links, std::unique_ptr<agent::Agent> agent, base::RandomSource& random,
       base::Notes& notes);

  /// Serves until `is_over` says so, which is asked whenever `call_descriptor` is readable.
  void run(
      int call_descriptor, const std::function<bool()>& is_over = [] { return true; });

  link::State state(base::NodeId peer) { return node_.links().state(peer); }

 private:
  void reply(base::ClientId client, base::Rope text) override;
  void persist(std::string_view value) override;
  [[noreturn]] void crash() override;

  /// True if somebody calls.
  bool wait(int call_descriptor);
  void turn();

  Mesh mesh_;
  MasterDoor door_;
  const int inbound_descriptor_;
  const int door_descriptor_;
  node::Node node_;
  bool connections_changed_ = false;
  // Something may be left that the descriptors will not tell again; at first, that is unknown.
  bool inbound_left_ = true;
  bool lines_left_ = true;
  bool replies_left_ = false;  // a master's connection was full: try again soon
};

}  // namespace ovid::net
