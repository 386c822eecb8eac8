#pragma once
// How a message gets from agent to agent: in a record to a peer, with the addresses of both agents
// if nodes host several (address_prefix.hpp), or directly to an agent of the same node.

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

/// Owned by a node. Messages for an agent that nodes do not host are dropped and counted here, if
/// they are sent to a peer or come from one.
class Routes {
 public:
  /// For a node that hosts `agents` agents, 1..kAgentsMax. Links and stream are borrowed.
  Routes(base::NodeId self, std::size_t agents, link::LinkManager& links, observe::Stream& stream);

  /// Sends a message of an agent of this node. False if it is for this node and too many bytes wait
  /// there already.
  bool send(agent::AgentId from, const agent::Destination& to, std::string_view contents);

  /// A message for an agent of this node, which hosts it.
  struct Arrival {
    agent::Address from;
    agent::AgentId to;
    std::string_view contents;  ///< of the record
  };
  /// Reads a record of a peer, in a grid whose nodes host several agents; nullopt if it is dropped.
  std::optional<Arrival> arrived(base::NodeId from, std::string_view contents);

  // Messages between agents of this node wait for its next turn.

  struct Local {
    agent::Address from;
    agent::AgentId to;
    std::string contents;
  };
  bool has_local() const { return !local_.empty(); }
  /// True if so many bytes wait that lines of clients and messages of peers should not be read:
  /// they could cause more.
  bool is_behind() const { return local_bytes_ > agent::kLocalBytesMax / 2; }
  /// How many waiting messages are delivered in the turn that begins.
  std::size_t local_due() const;
  /// Takes the first one (precondition: there is one); nullopt if it is dropped.
  std::optional<Local> take_local();

 private:
  bool hosts(agent::AgentId to, base::NodeId from);

  const base::NodeId self_;
  const std::size_t agents_;
  link::LinkManager& links_;
  observe::Drops drops_;
  std::deque<Local> local_;
  std::size_t local_bytes_ = 0;  // cost of local_, at most agent::kLocalBytesMax
  std::string outgoing_;         // reused buffer for contents with addresses
};

}  // namespace ovid::node
