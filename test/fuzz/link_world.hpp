#pragma once
// The world around one or two link managers. It does what a fuzzer tells it, or behaves as an
// honest network for a while.

#include <array>
#include <memory>
#include <string_view>

#include "link_account.hpp"
#include "link_network.hpp"
#include "link_node.hpp"

namespace ovid::fuzz {

class World {
 public:
  /// managers: 1 or 2.
  World(int managers, std::size_t unacked_bytes_max, bool talkative);

  bool runs(base::NodeId id) const { return nodes_[id.value] != nullptr; }
  Node& node(base::NodeId id) { return *nodes_[id.value]; }
  int managers() const { return managers_; }
  Network& network() { return network_; }
  Account& account() { return account_; }

  // Operations of a fuzzer.
  void restart(base::NodeId id);
  /// Delivers the oldest messages on their way from one node to another.
  void deliver(base::NodeId from, base::NodeId to, std::size_t count);
  /// Delivers, once more or for the first time, any message that was ever sent to the node.
  void replay(base::NodeId to, std::size_t which);
  /// Delivers a message that no node sent.
  void forge(base::NodeId to, const Frame& frame);
  /// Delivers bytes that need not be an envelope.
  void garbage(base::NodeId to, std::string_view envelope, std::string_view body);

  // Operations of an honest network.
  void run(base::Duration duration);
  /// Runs an honest network for a while. Then two nodes must be in session with each other and must
  /// exchange messages; a peer without a link manager must be down.
  void check_recovers();

 private:
  void start(base::NodeId id);
  bool serve(Node& node);
  void check_unmoved_by(base::NodeId to, std::string_view envelope, std::string_view body);

  const int managers_;
  const std::size_t unacked_bytes_max_;
  const bool talkative_;
  std::uint64_t lives_ = 0;
  Network network_{base::Time(10s)};
  Account account_;
  std::array<std::unique_ptr<Node>, kNodes> nodes_;
};

}  // namespace ovid::fuzz
