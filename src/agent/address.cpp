#include "ovid/agent/address.hpp"

#include <fmt/format.h>

namespace ovid::agent {

std::string text_of(const Address& address) {
  if (address.agent == AgentId{}) return fmt::format("{}", address.node.value);
  return fmt::format("{}/{}", address.node.value, address.agent.value);
}

std::string text_of(const Destination& destination) {
  const auto* address = std::get_if<Address>(&destination);
  return address ? text_of(*address) : "everybody";
}

}  // namespace ovid::agent
