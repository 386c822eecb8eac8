#pragma once
// The way of a message from agent to agent: in a record to a peer, with the addresses of both if
// nodes host several agents (address_prefix.hpp), or directly to an agent of the same node.

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "ovid/agent/address.hpp"
#include "ovid/agent/effects.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/link/link_manager.hpp"
#include "ovid/observe/drops.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::node {

/// Owned by a node. Messages for an agent that the node does not host are dropped and counted here.
class Routes {
 public:
  /// Of a node that hosts so many agents, 1..kAgentsMax. Links and stream are borrowed.
  Routes(base::NodeId self, std::size_t agents, link::LinkManager& links, observe::Stream& stream);

  /// A message of an agent of this node. False if it is for this node, where too much waits
  /// already.
  bool send(agent::AgentId from, const agent::Destination& to, std::string_view contents);

  /// A message for an agent of this node, which hosts it.
  struct Arrival {
    agent::Address from;
    agent::AgentId to;
    std::string_view contents;  ///< of the record
  };
  /// Reads a record of a peer; nullopt if it is dropped.
  std::optional<Arrival> arrived(base::NodeId from, std::string_view contents) {
    if (agents_ == 1) return Arrival{from, {}, contents};
    return addressed(from, contents);
  }

  // Messages between agents of this node wait for its next turn.

  struct Local {
    agent::Address from;
    agent::AgentId to;
    std::string contents;
  };
  bool has_local() const { return !local_.empty(); }
  /// So much waits that clients and peers are not read, which could cause more.
  bool is_behind() const { return local_bytes_ > agent::kLocalBytesMax / 2; }
  /// How many of them are delivered in the turn that begins.
  std::size_t local_due() const;
  /// Takes the first one (precondition: there is one); nullopt if it is dropped.
  std::optional<Local> take_local();

 private:
  std::optional<Arrival> addressed(base::NodeId from, std::string_view contents);
  bool hosts(agent::AgentId to, base::NodeId from);

  const base::NodeId self_;
  const std::size_t agents_;
  link::LinkManager& links_;
  observe::Drops drops_;
  std::deque<Local> local_;
  std::size_t local_bytes_ = 0;  // of them, as they count; at most agent::kLocalBytesMax
  std::string outgoing_;         // contents with addresses, scratch
};

}  // namespace ovid::node
