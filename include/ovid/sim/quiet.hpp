#pragma once
// Whether a grid is quiet: only pings are sent, until a client or a fault changes something. Then
// all lines are read, and every node is in a session with each node that it can reach, and with no
// other; all records of these sessions that are not held have arrived and are acknowledged.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ovid/sim/host.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// Borrows both. Meant for chatrooms: it cannot know what other agents will do when their timers
/// fire.
class Quiet {
 public:
  using Hosts = std::vector<std::unique_ptr<Host>>;
  Quiet(const Hosts& hosts, const Network& network) : hosts_(hosts), network_(network) {}

  /// One thing that is not quiet yet, as text; nullopt if the grid is quiet.
  std::optional<std::string> disturbance();

 private:
  std::optional<std::string> about(const Host& node) const;
  std::optional<std::string> about(const Host& node, const Host& peer) const;
  bool open(base::NodeId a, base::NodeId b) const;

  const Hosts& hosts_;
  const Network& network_;
  std::pair<std::size_t, std::size_t> last_;  // nodes of the last disturbance; looked at first
};

}  // namespace ovid::sim
