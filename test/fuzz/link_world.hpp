#pragma once
// The world around one or two link managers: connections, time, and who has said what. It does
// what a fuzzer tells it, or for a while what an honest network does.

#include <array>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "link_node.hpp"

namespace ovid::fuzz {

class World {
 public:
  /// 1 or 2 managers.
  World(int managers, std::size_t unacked_bytes_max, bool talkative);

  base::Time now{10s};
  bool runs(base::NodeId id) const { return nodes_[id.value] != nullptr; }
  Node& node(base::NodeId id) { return *nodes_[id.value]; }
  int managers() const { return managers_; }

  // ---- What a fuzzer does
  void restart(base::NodeId id);
  /// The oldest messages under way arrive.
  void deliver(base::NodeId from, base::NodeId to, std::size_t count);
  /// Any message that was ever sent to a node arrives (again).
  void replay(base::NodeId to, std::size_t which);
  const Frame* said_to(base::NodeId to, std::size_t which) const;
  /// A message that nobody sent.
  void forge(base::NodeId to, const Frame& frame);
  /// Bytes that carry no envelope.
  void garbage(base::NodeId to, std::string_view envelope, std::string_view body);

  // ---- What an honest network does
  void run(base::Duration duration);
  /// After a while on an honest network everybody hears everybody.
  void check_recovers();

  // ---- What nodes tell
  void said(const Frame& frame);
  void offered(base::NodeId from, base::NodeId to, const link::SessionName& session, Record record);
  /// The k-th message, from 0, of a session as its receiver names it.
  void check_delivery(base::NodeId from, base::NodeId to, const link::SessionName& session,
                      std::uint64_t k, std::string_view contents);
  /// Whether anything else than connections that deliver in order or not at all has been at work.
  bool meddled() const { return secrets_used_ || replayed_; }
  std::uint64_t next_record() { return ++records_; }

 private:
  using Key = std::tuple<base::NodeId, base::NodeId, std::uint64_t, std::uint64_t>;
  static Key key(base::NodeId from, base::NodeId to, base::Epoch sender, base::Epoch receiver) {
    return {from, to, sender.value, receiver.value};
  }
  void start(base::NodeId id);
  bool serve(Node& node);
  void check_unmoved_by(base::NodeId to, std::string_view envelope, std::string_view body);

  const int managers_;
  const std::size_t unacked_bytes_max_;
  const bool talkative_;
  std::uint64_t lives_ = 0;
  std::uint64_t records_ = 0;
  bool replayed_ = false;
  bool secrets_used_ = false;                // by a forger, ever
  std::map<Key, std::vector<Record>> sent_;  // by session
  std::set<Key> forged_;                     // sessions in which a forger has spoken
  std::map<std::pair<base::NodeId, base::NodeId>, std::uint64_t> arrived_;  // in the sender's life
  std::array<std::vector<Frame>, kNodes> history_;
  std::array<std::unique_ptr<Node>, kNodes> nodes_;
};

}  // namespace ovid::fuzz
