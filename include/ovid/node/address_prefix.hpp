#pragma once
// How records name agents in a grid whose nodes host several: contents begin with `<to> <from> `,
// two decimal places in their nodes. Where nodes host one agent, contents are the agent's alone.

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
/// Removes it from the beginning of contents, which may be any bytes; nullopt if there is none.
std::optional<AddressPrefix> take_address_prefix(std::string_view& contents);

}  // namespace ovid::node
