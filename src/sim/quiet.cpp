#include "ovid/sim/quiet.hpp"

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using Condition = Processes::Condition;

}  // namespace

std::optional<std::string> Quiet::disturbance() {
  const auto look = [this](std::size_t node, std::size_t peer) {
    const Host& host = *hosts_[node];
    if (host.condition() != Condition::Running) return std::optional<std::string>();
    return node == peer ? about(host) : about(host, *hosts_[peer]);
  };
  if (auto what = look(last_.first, last_.second)) return what;
  for (std::size_t node = 0; node < hosts_.size(); ++node)
    for (std::size_t peer = 0; peer < hosts_.size(); ++peer)
      if (auto what = look(node, peer)) {
        last_ = {node, peer};
        return what;
      }
  return std::nullopt;
}

std::optional<std::string> Quiet::about(const Host& node) const {
  const int id = node.id().value;
  if (node.has_line()) return fmt::format("node {} has not read a line", id);
  if (node.has_report()) return fmt::format("node {} has not seen what its network reports", id);
  if (network_.strays(node.id()))
    return fmt::format("a message of a lost connection may still arrive at node {}", id);
  return std::nullopt;
}

bool Quiet::open(base::NodeId a, base::NodeId b) const {
  return !network_.blocked(a, b) && !network_.blocked(b, a);
}

std::optional<std::string> Quiet::about(const Host& node, const Host& peer) const {
  const base::NodeId a = node.id();
  const base::NodeId b = peer.id();
  const bool reachable = peer.condition() == Condition::Running && open(a, b);
  const link::PeerState state = node.peer(b);
  const auto& session = state.session;
  if (!session) {
    if (!reachable || network_.refuses(a, b) || network_.refuses(b, a)) return std::nullopt;
    return fmt::format("node {} is not in a session with {} yet", a.value, b.value);
  }
  const auto there = reachable ? peer.peer(a).session : std::nullopt;
  if (!there || there->mine != session->peer || there->peer != session->mine)
    return fmt::format("node {} has not noticed that its session with {} is over", a.value,
                       b.value);
  if (!network_.connected(a, b))
    return fmt::format("node {} has no connection to {}", a.value, b.value);
  // What waits behind held records is held as well.
  const std::uint64_t free_to_go =
      network_.held(a, b) > 0 ? network_.first_held(a, b) - 1 : state.last_record;
  if (state.last_acknowledged < free_to_go)
    return fmt::format("node {} has not acknowledged all records of {}", b.value, a.value);
  return std::nullopt;
}

}  // namespace ovid::sim
