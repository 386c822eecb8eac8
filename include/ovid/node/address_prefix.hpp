#pragma once
// How records name agents in a grid whose nodes host several agents. Their contents begin with
// `<to> <from> `, the ids of both agents in decimal. Where nodes host one agent, contents have no
// such prefix.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ovid/agent/address.hpp"

namespace ovid::node {

/// Maximum number of agents of a node.
inline constexpr std::size_t kAgentsMax = 1000;
/// "999 999 "
inline constexpr std::size_t kAddressPrefixBytesMax = 8;

struct AddressPrefix {
  agent::AgentId to;
  agent::AgentId from;
  bool operator==(const AddressPrefix&) const = default;
};

std::string address_prefix(const AddressPrefix& prefix);
/// Removes the prefix from the beginning of contents, which may be any bytes; nullopt if there is
/// none.
std::optional<AddressPrefix> take_address_prefix(std::string_view& contents);

}  // namespace ovid::node
