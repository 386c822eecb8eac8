#pragma once
// Records on their way to the peers that are up. Records of a turn travel together in batches. A
// batch has one set of receivers, whose links share its bytes. It is sealed before this set
// changes.

#include <string_view>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/node_set.hpp"
#include "ovid/link/link.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::link {

/// Owned by the link manager. The links, which get the batches, are borrowed; they are found by id
/// when a batch is sealed.
class FanOut {
 public:
  FanOut(const Config& config, std::vector<Link>& links)
      : bytes_max_(config.unacked_bytes_max), links_(links), writer_(config.self) {}

  /// The peers that are up, in sessions.
  const base::NodeSet& peers() const { return peers_; }
  /// A session with the peer has begun.
  void join(base::NodeId peer);
  /// The session with the peer, which still exists, is about to end. Queues what was sent to it
  /// before, so that the ledger counts it.
  void leave(base::NodeId peer);

  /// A message for one peer; no effect unless it is up.
  void send(base::NodeId to, std::string_view contents);
  /// A message for every peer that is up.
  void broadcast(std::string_view contents);
  /// Gives the records so far to the links of their receivers.
  void seal();
  /// The same, but only if one of them can send at once; false if not. Then more records may join
  /// them: so batches grow while connections are full, and nothing ever waits for a batch to grow.
  bool seal_if_it_leaves();
  /// Records for the peer that have not been given to its link: how many, how many messages end
  /// with them, and the memory that they will need there.
  struct Unsealed {
    std::uint64_t records = 0;
    std::uint64_t messages = 0;
    std::size_t bytes = 0;
  };
  Unsealed unsealed(base::NodeId peer) const {
    return whom_.contains(peer) ? Unsealed{writer_.count(), writer_.messages(), unsealed_bytes()}
                                : Unsealed{};
  }
  /// Whether one of their receivers will have reached the limit of unacknowledged bytes with them.
  bool congests() const;

 private:
  void begin();
  void add(std::string_view contents);
  void give();
  std::size_t unsealed_bytes() const {
    return writer_.count() > 0 ? Outbox::cost_of(writer_.size()) : 0;
  }

  const std::size_t bytes_max_;
  std::vector<Link>& links_;
  base::NodeSet peers_;
  wire::BodyWriter writer_;  // the records of the next batch, for the peers in whom_
  base::NodeSet whom_;       // the receivers of the next batch, a subset of peers_
  std::size_t room_ = 0;     // each of these could take so many bytes when the batch was begun
};

}  // namespace ovid::link
