#include "ovid/sim/farewell_checker.hpp"

#include <fmt/format.h>

namespace ovid::sim {

void FarewellChecker::turned(const Host& host, base::Time now) {
  if (!sessions_.leaving(host.id())) return;
  Owed& owed = owed_[host.id().value];
  const Owed present{host.life(), host.owed(), now};
  if (owed.life != present.life || owed.records != present.records) owed = present;
}

/// A session that has ended since the crash is skipped. Only the links know that: the agents of a
/// leaving node are told nothing more.
void FarewellChecker::ends(const Host& host, base::Time now) {
  const base::NodeId node = host.id();
  const Owed& owed = owed_[node.value];
  if (owed.life == host.life() && owed.records > 0 &&
      now - owed.changed >= host.config().longest_silence())
    return;
  for (std::size_t id = 0; id < owed_.size(); ++id) {
    const base::NodeId peer{static_cast<std::uint16_t>(id)};
    if (peer == node || sessions_.leaving(peer) || !sessions_.share_session(node, peer)) continue;
    if (host.peer(peer).session != sessions_.last_session(node, peer)) continue;
    if (const auto [offered, received] = sessions_.progress(node, peer); received != offered)
      findings_.broken(
          fmt::format("node {}: has ended with {} of its {} records at {}, to which it was to "
                      "send them all",
                      node.value, received, offered, id));
  }
}

}  // namespace ovid::sim
