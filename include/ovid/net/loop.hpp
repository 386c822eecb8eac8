#pragma once
// The driver of real nodes: one thread, one zmq_poll whose set does not grow with the grid.

#include <functional>
#include <memory>
#include <string>

#include "ovid/base/random.hpp"
#include "ovid/link/receiver.hpp"
#include "ovid/net/master_door.hpp"
#include "ovid/net/mesh.hpp"
#include "ovid/node/node.hpp"
#include "ovid/node/sources.hpp"

namespace ovid::net {

/// The operating system's random numbers (getrandom(2)).
class SystemRandom final : public base::RandomSource {
 public:
  std::uint64_t next() override;
};

/// Owns the node and its sockets. Everything happens on the thread that calls run().
class Loop final : private node::Outside, private node::Sources {
 public:
  /// Binds both ports, or throws CannotStart. All arguments that are references or pointers are
  /// borrowed.
  Loop(zmq::context_t& context, const MeshConfig& mesh, const DoorConfig& door,
       const link::Config& links, std::vector<node::Hosted> agents, base::RandomSource& random,
       observe::Stream& stream, node::Store* store = nullptr, const node::Between& between = {});

  /// Serves until `is_over` returns true, which is called whenever `call_descriptor` is readable,
  /// or until an agent has broken its contract. An agent that crashes its node ends the process.
  void run(
      int call_descriptor, const std::function<bool()>& is_over = [] { return true; });

  /// Whether run() has returned because an agent broke its contract; the log has the details.
  bool failed() const { return failed_; }

 private:
  // node::Outside
  void reply(base::ClientId client, base::Rope text) override;
  void send_replies() override;
  std::size_t reply_bytes_left() override;
  void crash() override { crashed_ = true; }
  void fail(const std::string&) override { failed_ = true; }

  // node::Sources
  void give_reports(link::Receiver& to) override;
  void give_messages(link::Receiver& to) override;
  void give_lines(node::Node& to) override;

  /// True if `call_descriptor` is readable.
  bool wait(int call_descriptor);
  void turn();
  [[noreturn]] void end_as_if_killed();

  Mesh mesh_;
  MasterDoor door_;
  const int inbound_descriptor_;
  const int door_descriptor_;
  node::Node node_;
  bool connections_changed_ = false;
  // Something may be left that the descriptors do not report again; true at first, to be safe.
  bool inbound_left_ = true;
  bool lines_left_ = true;
  bool replies_left_ = false;  // a client's connection was full, or a node waits: try again soon
  bool crashed_ = false;       // by its agent
  bool failed_ = false;
};

}  // namespace ovid::net
