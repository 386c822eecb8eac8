#include "ovid/link/config.hpp"

#include <algorithm>

namespace ovid::link {
namespace {

/// How much each wait grows with each node on the same machine.
constexpr base::Duration kSilencePerNode = 9ms;
constexpr base::Duration kHelloPerNode = 10ms;
constexpr base::Duration kMutePerNode = 20ms;
constexpr base::Duration kConnectPerNode = 20ms;
constexpr base::Duration kHandshakePerNode = 40ms;

}  // namespace

/// Every pair exchanges pings. A machine with k of n nodes handles k * n pings in an interval: with
/// a silence limit that grows with k, their cost for each node is the same in every grid. The other
/// waits matter at the start, when each node makes n connections at once.
Config Config::for_grid(base::NodeId self, int nodes, int nodes_here) {
  Config config;
  config.self = self;
  config.nodes = nodes;
  config.silence = std::max(config.silence, kSilencePerNode * nodes_here);
  config.ping = config.silence / 2;
  config.hello = std::max(config.hello, kHelloPerNode * nodes_here);
  config.mute = std::max(config.mute, kMutePerNode * nodes_here);
  config.connect_max = std::max(config.connect_max, kConnectPerNode * nodes_here);
  config.handshake_max = std::max(config.handshake_max, kHandshakePerNode * nodes_here);
  return config;
}

}  // namespace ovid::link
