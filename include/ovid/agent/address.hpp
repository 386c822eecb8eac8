#pragma once
// Where messages between agents come from and go to.

#include <compare>
#include <cstdint>
#include <string>
#include <variant>

#include "ovid/base/ids.hpp"

namespace ovid::agent {

/// An agent's place in its node, counted from 0. A node that hosts one agent calls it 0.
struct AgentId {
  std::uint16_t value = 0;
  auto operator<=>(const AgentId&) const = default;
};

/// One agent of one node of the grid.
struct Address {
  base::NodeId node;
  AgentId agent{};

  Address() = default;
  /// The first agent of a node. Implicit, because most nodes host one agent only.
  Address(base::NodeId of) : node(of) {}
  Address(base::NodeId of, AgentId place) : node(of), agent(place) {}
  auto operator<=>(const Address&) const = default;
};

/// The agents at the sender's own place on all other nodes that are up.
struct Everybody {
  auto operator<=>(const Everybody&) const = default;
};

using Destination = std::variant<Everybody, Address>;

/// "3" for the first agent of node 3, "3/1" for its second; "everybody".
std::string text_of(const Address& address);
std::string text_of(const Destination& destination);

}  // namespace ovid::agent
