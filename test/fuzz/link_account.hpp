#pragma once
// What was sent and said in a fuzzed world, to compare with what arrives.

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "link_network.hpp"

#include "ovid/link/session.hpp"

namespace ovid::fuzz {

struct Frame {
  wire::Envelope envelope;
  base::Bytes body;
};

/// A record is told by its number; its text follows from it.
struct Record {
  std::uint64_t number = 0;
  std::size_t bytes = 0;
  std::string text() const { return std::to_string(number) + '.' + std::string(bytes, 'x'); }
};

/// Owned by the world.
class Account {
 public:
  void said(const Frame& frame);
  /// Counted from the last and around; null if nothing was said to the node.
  const Frame* said_to(base::NodeId to, std::size_t which) const;

  Record new_record(std::size_t bytes) { return {++records_, bytes}; }
  void offered(base::NodeId from, base::NodeId to, const link::SessionName& session, Record record);
  /// A forger who knows the secrets of the node has spoken at its port.
  void forged(base::NodeId to, const wire::Envelope& envelope);
  /// A message was sent once more. It has its own right to arrive.
  void replayed() { replayed_ = true; }
  void restarted(base::NodeId node);

  /// The k-th message, from 0, of a session as its receiver names it.
  void check_delivery(base::NodeId from, base::NodeId to, const link::SessionName& session,
                      std::uint64_t k, std::string_view contents);
  /// Unless a forger has acknowledged something.
  void check_acknowledged(base::NodeId from, base::NodeId to, std::uint64_t acknowledged);
  /// Whether anything else than connections that deliver in order or not at all has been at work.
  bool meddled() const { return !forged_.empty() || replayed_; }

 private:
  using Key = std::tuple<base::NodeId, base::NodeId, std::uint64_t, std::uint64_t>;
  static Key key(base::NodeId from, base::NodeId to, base::Epoch sender, base::Epoch receiver) {
    return {from, to, sender.value, receiver.value};
  }

  std::uint64_t records_ = 0;
  bool replayed_ = false;
  std::map<Key, std::vector<Record>> sent_;  // by session
  std::set<Key> forged_;                     // sessions in which a forger has spoken
  std::map<std::pair<base::NodeId, base::NodeId>, std::uint64_t> arrived_;  // in the sender's life
  std::array<std::vector<Frame>, kNodes> history_;
};

}  // namespace ovid::fuzz
