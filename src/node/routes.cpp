#include "ovid/node/routes.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "ovid/base/check.hpp"
#include "ovid/base/counted.hpp"
#include "ovid/node/address_prefix.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::node {
namespace {

using observe::DropReason;

/// Limited, so that agents that send to each other without end do not delay everything else.
constexpr std::size_t kLocalPerTurn = 64;

static_assert(agent::kContentsBytesMax + kAddressPrefixBytesMax <= wire::kContentsBytesMax);

}  // namespace

Routes::Routes(base::NodeId self, std::size_t agents, link::LinkManager& links,
               observe::Stream& stream)
    : self_(self), agents_(agents), links_(links), drops_(stream) {
  base::check(agents >= 1 && agents <= kAgentsMax, "agents of a node");
}

bool Routes::send(agent::AgentId from, const agent::Destination& to, std::string_view contents) {
  const auto* address = std::get_if<agent::Address>(&to);
  if (address && address->node == self_) {
    const std::size_t bytes = contents.size() + agent::kLocalMessageBytes;
    if (bytes > agent::kLocalBytesMax - local_bytes_) return false;
    local_bytes_ += bytes;
    local_.push_back({{self_, from}, address->agent, std::string(contents)});
    return true;
  }
  // All nodes host the same number. A larger id would also not fit into the prefix.
  if (address && address->agent.value >= agents_) {
    drops_.count(address->node, DropReason::NoSuchAgent, [this, address] {
      return fmt::format("a message for agent {}, but nodes of this grid host {}",
                         address->agent.value, base::counted(agents_, "agent"));
    });
    return true;
  }
  if (agents_ > 1) {
    outgoing_ = address_prefix({address ? address->agent : from, from});
    contents = outgoing_.append(contents);
  }
  address ? links_.send(address->node, contents) : links_.broadcast(contents);
  return true;
}

std::optional<Routes::Arrival> Routes::arrived(base::NodeId from, std::string_view contents) {
  const auto prefix = take_address_prefix(contents);
  if (!prefix) {
    drops_.count(from, DropReason::NoSuchAgent, [this] {
      return fmt::format("a record without the addresses that a node with {} agents needs",
                         agents_);
    });
    return std::nullopt;
  }
  if (!hosts(prefix->to, from)) return std::nullopt;
  return Arrival{{from, prefix->from}, prefix->to, contents};
}

std::size_t Routes::local_due() const {
  return std::min(local_.size(), kLocalPerTurn);
}

std::optional<Routes::Local> Routes::take_local() {
  Local message = std::move(local_.front());
  local_.pop_front();
  local_bytes_ -= message.contents.size() + agent::kLocalMessageBytes;
  if (!hosts(message.to, self_)) return std::nullopt;
  return message;
}

/// False for a message that is dropped.
bool Routes::hosts(agent::AgentId to, base::NodeId from) {
  if (to.value < agents_) return true;
  drops_.count(from, DropReason::NoSuchAgent, [this, to] {
    return fmt::format("a message for agent {}, but this node hosts {}", to.value,
                       base::counted(agents_, "agent"));
  });
  return false;
}

}  // namespace ovid::node
