#pragma once
// The world around one or two link managers. It does what a fuzzer tells it, or for a while what an
// honest network does.

#include <array>
#include <memory>
#include <string_view>

#include "link_account.hpp"
#include "link_network.hpp"
#include "link_node.hpp"

namespace ovid::fuzz {

class World {
 public:
  /// 1 or 2 managers.
  World(int managers, std::size_t unacked_bytes_max, bool talkative);

  bool runs(base::NodeId id) const { return nodes_[id.value] != nullptr; }
  Node& node(base::NodeId id) { return *nodes_[id.value]; }
  int managers() const { return managers_; }
  Network& network() { return network_; }
  Account& account() { return account_; }

  // What a fuzzer does.
  void restart(base::NodeId id);
  /// The oldest messages under way arrive.
  void deliver(base::NodeId from, base::NodeId to, std::size_t count);
  /// Any message that was ever sent to a node arrives (again).
  void replay(base::NodeId to, std::size_t which);
  /// A message that nobody sent.
  void forge(base::NodeId to, const Frame& frame);
  /// Bytes that carry no envelope.
  void garbage(base::NodeId to, std::string_view envelope, std::string_view body);

  // What an honest network does.
  void run(base::Duration duration);
  /// After a while on an honest network everybody hears everybody.
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
