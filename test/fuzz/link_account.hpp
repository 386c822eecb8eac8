#pragma once
// All records and messages that were sent in a fuzzed world, to be compared with what arrives.

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

/// A record is identified by its number. Its text contains the number.
struct Record {
  std::uint64_t number = 0;
  std::size_t bytes = 0;
  std::string text() const { return std::to_string(number) + '.' + std::string(bytes, 'x'); }
};

/// Owned by the world.
class Account {
 public:
  void said(const Frame& frame);
  /// The message that was sent to the node `which` messages before the last one. After the oldest
  /// message, counting continues with the last one. Null if no message was sent to the node.
  const Frame* said_to(base::NodeId to, std::size_t which) const;

  Record new_record(std::size_t bytes) { return {++records_, bytes}; }
  void offered(base::NodeId from, base::NodeId to, const link::SessionName& session, Record record);
  /// A forger who knows the secrets of the node has sent a message to its port.
  void forged(base::NodeId to, const wire::Envelope& envelope);
  /// A message was sent once more. Both copies may arrive.
  void replayed() { replayed_ = true; }
  void restarted(base::NodeId node);

  /// Checks message k (from 0) of a session, as the receiver names the session.
  void check_delivery(base::NodeId from, base::NodeId to, const link::SessionName& session,
                      std::uint64_t k, std::string_view contents);
  /// How many records message k has before its last one: so many may have arrived before it is
  /// delivered. As many as any message has, if a forger has sent some.
  std::uint64_t pieces_before_end(base::NodeId from, base::NodeId to,
                                  const link::SessionName& session, std::uint64_t k) const;
  /// Checks the number of acknowledged messages, unless a forger has acknowledged some.
  void check_acknowledged(base::NodeId from, base::NodeId to, std::uint64_t acknowledged);
  /// Whether messages were forged or replayed. If not, every connection delivers in order or not at
  /// all.
  bool meddled() const { return !forged_.empty() || replayed_; }

 private:
  using Key = std::tuple<base::NodeId, base::NodeId, std::uint64_t, std::uint64_t>;
  static Key key(base::NodeId from, base::NodeId to, base::Epoch sender, base::Epoch receiver) {
    return {from, to, sender.value, receiver.value};
  }

  std::uint64_t records_ = 0;
  bool replayed_ = false;
  std::map<Key, std::vector<Record>> sent_;  // records by session
  std::set<Key> forged_;                     // sessions in which a forger has sent a message
  // By sender and receiver, during the life of the sender's process.
  std::map<std::pair<base::NodeId, base::NodeId>, std::uint64_t> arrived_;
  std::array<std::vector<Frame>, kNodes> history_;
};

}  // namespace ovid::fuzz
