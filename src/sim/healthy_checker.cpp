#include "ovid/sim/healthy_checker.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

double seconds(base::Time at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

}  // namespace

void HealthyChecker::peer_down(base::Time now, base::NodeId node, const agent::PeerDown& down) {
  if (!on_) return;
  findings_.broken(
      fmt::format("not healthy: after {:.3f} s the session of node {} with {} ends: {}",
                  seconds(now), node.value, down.peer.value, base::text_of(down.cause)));
}

void HealthyChecker::check_met(base::Time now, const Hosts& hosts) {
  for (const auto& host : hosts)
    for (const auto& peer : hosts) {
      if (host == peer || sessions_.share_session(host->id(), peer->id())) continue;
      return findings_.broken(
          fmt::format("not healthy: nodes {} and {} have not met after {:.3f} s", host->id().value,
                      peer->id().value, seconds(now)));
    }
}

void HealthyChecker::check_arrived(const Hosts& hosts) {
  if (!on_) return;
  for (const auto& to : hosts)
    for (const auto& from : hosts) {
      if (to == from) continue;
      const auto [offered, received] = sessions_.progress(from->id(), to->id());
      if (received == offered) continue;
      return findings_.broken(
          fmt::format("not healthy: node {} has {} of the {} records of {} in the end",
                      to->id().value, received, offered, from->id().value));
    }
}

/// What waits on a path is what the window of one connection has let out (link/window.hpp).
void HealthyChecker::check_waits(const Hosts& hosts, const Network& network) {
  constexpr std::int64_t kRecordBytes = 2200;  // with its envelope
  constexpr base::Duration kWaitMax = std::chrono::milliseconds(200);
  constexpr base::Duration kQueue = std::chrono::milliseconds(75);
  for (const auto& to : hosts)
    for (const auto& from : hosts) {
      const PoorPath* path = network.poor_path(from->id(), to->id());
      if (!path || path->quality().loss_percent > 0) continue;
      const PathQuality& quality = path->quality();
      const base::Duration allowed =
          std::max(kWaitMax, kQueue + quality.time_of(8 * kRecordBytes)) + 2 * quality.delay;
      if (path->longest_wait() <= allowed) continue;
      return findings_.broken(
          fmt::format("not healthy: a ping of node {} to {} waited for {:.1f} ms behind data",
                      from->id().value, to->id().value, base::in_ms(path->longest_wait())));
    }
}

}  // namespace ovid::sim
