#include "ovid/sim/poor_paths.hpp"

#include <chrono>
#include <utility>

#include "ovid/link/transport.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// The first timeout of an attempt to connect (RFC 6298, section 2.1).
constexpr base::Duration kFirstTimeout = 1s;
/// Linux gives an attempt up after so many repetitions (net.ipv4.tcp_syn_retries). Here the last
/// one always arrives; the node has given up long before.
constexpr int kRepeatsMax = 6;

}  // namespace

base::Time next_request(base::Time begun, base::Time now) {
  base::Duration timeout = kFirstTimeout;
  for (; begun <= now; timeout *= 2) begun += timeout;
  return begun;
}

void PoorPaths::set(base::NodeId from, base::NodeId to, const PathQuality& quality) {
  paths_.erase({from, to});
  if (!quality.perfect()) paths_.emplace(Ends{from, to}, PoorPath(quality));
}

PoorPath* PoorPaths::find(base::NodeId from, base::NodeId to) {
  return const_cast<PoorPath*>(std::as_const(*this).find(from, to));
}

const PoorPath* PoorPaths::find(base::NodeId from, base::NodeId to) const {
  if (paths_.empty()) return nullptr;
  const auto found = paths_.find({from, to});
  return found == paths_.end() ? nullptr : &found->second;
}

base::Duration PoorPaths::one_way(base::NodeId from, base::NodeId to, base::Time now) {
  const PoorPath* path = find(from, to);
  return path ? path->quality().delay + path->wait(now) : base::Duration{};
}

void PoorPaths::clear(base::NodeId from, base::NodeId to) {
  if (PoorPath* path = find(from, to)) path->clear();
}

bool PoorPaths::lost(base::NodeId from, base::NodeId to, SeededRandom& random) {
  const PoorPath* path = find(from, to);
  return path && path->lost(random);
}

/// A packet there and one back. If one of them is lost, both are sent again after the timeout.
base::Duration PoorPaths::exchange(base::NodeId from, base::NodeId to, base::Time now,
                                   base::Duration timeout, SeededRandom& random) {
  base::Duration takes = round_trip(from, to, now);
  for (int i = 0; i < kRepeatsMax && (lost(from, to, random) || lost(to, from, random)); ++i) {
    takes += timeout;
    timeout *= 2;
  }
  return takes;
}

base::Duration PoorPaths::connecting(base::NodeId from, base::NodeId to, base::Time now,
                                     SeededRandom& random) {
  if (paths_.empty()) return {};
  return exchange(from, to, now, kFirstTimeout, random);
}

base::Duration PoorPaths::shaking_hands(base::NodeId from, base::NodeId to, base::Time now,
                                        SeededRandom& random) {
  base::Duration takes{};
  if (paths_.empty()) return takes;
  const base::Duration timeout = kRetransmissionMin + round_trip(from, to, now);
  for (int i = 0; i < link::kHandshakeRoundTrips; ++i)
    takes += exchange(from, to, now, timeout, random);
  return takes;
}

}  // namespace ovid::sim
