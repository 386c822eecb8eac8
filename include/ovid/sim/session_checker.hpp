#pragma once
// The promises of sessions, checked while a simulated grid runs (docs/promises.md):
//
//   FIFO, no gap, no duplicate, no creation   every record of a session, in order, from its first
//   fencing                                   and of no other session of the same pair; epochs and
//                                             incarnations are never used again
//   peer up comes before the first record, with an incarnation that exists or has existed
//   accuracy                                  a peer to which nothing happened is not reported
//                                             down: the node that ends a session first has a
//                                             reason, in the peer or in the path
//
// It sees the whole grid. Of the links' own decisions it uses only the names of their sessions.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/sim/findings.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/ledger_checker.hpp"
#include "ovid/sim/troubles.hpp"

namespace ovid::sim {

/// Borrows all arguments but the number of nodes.
class SessionChecker {
 public:
  SessionChecker(std::size_t nodes, const Troubles& troubles, LedgerChecker& ledgers,
                 Findings& findings)
      : troubles_(troubles),
        ledgers_(ledgers),
        findings_(findings),
        members_(nodes),
        pairs_(nodes * nodes) {}

  std::uint64_t delivered() const { return delivered_; }

  // What the world does to processes.
  void started(base::NodeId node, base::Incarnation incarnation);
  void ended(base::NodeId node);
  /// The node has crashed "when sent": records that arrive from now on are acknowledged, but no
  /// agent gets them.
  void leaves(base::NodeId node);
  bool leaving(base::NodeId node) const { return members_[node.value].leaving; }

  // What agents see and do.
  void peer_up(const Host& host, base::NodeId peer);
  void peer_down(const Host& host, base::Time now, base::NodeId peer);
  void offered(const Host& host, agent::AgentId from, const agent::Send& send);
  void message(const Host& host, agent::AgentId to, const agent::Message& message);

  /// Whether the agents of a node see the peer as up. Those of a leaving node see nothing.
  bool up(base::NodeId at, base::NodeId peer) const { return pair(at, peer).up && !leaving(at); }
  bool in_session(base::NodeId at, base::NodeId peer, base::Epoch mine) const {
    return up(at, peer) && pair(at, peer).name.mine == mine;
  }
  /// Whether the agents of both nodes were told of the same session, and not of its end. A leaving
  /// node counts as well.
  bool share_session(base::NodeId a, base::NodeId b) const;
  /// Numbers of records in the last session that the agents of `from` were told of.
  struct Progress {
    std::size_t offered = 0;
    std::size_t received = 0;  ///< in the last session that the agents of `to` were told of
  };
  Progress progress(base::NodeId from, base::NodeId to) const;
  /// The last session that the agents of a node were told of.
  const link::SessionName& last_session(base::NodeId at, base::NodeId peer) const {
    return pair(at, peer).name;
  }

  /// Sessions that one side has left since the last call and the other side had not left by then.
  struct Left {
    base::NodeId stayer;
    base::NodeId leaver;
    base::Epoch stayers_epoch;
  };
  std::vector<Left> take_left() { return std::exchange(left_, {}); }

  // Called by other checkers, at times when these promises must hold.
  void must_have_learned(base::NodeId stayer, base::NodeId leaver);
  void must_not_show(base::NodeId at, base::NodeId peer, std::string_view why);
  /// The same for one process of the peer only.
  void must_not_show(base::NodeId at, base::NodeId peer, base::Incarnation gone,
                     std::string_view why);

 private:
  /// Records that were offered to one peer within one session.
  struct Range {
    link::SessionName name;
    std::size_t first = 0;
    std::optional<std::size_t> end;  // nullopt: the session has not ended
    std::size_t life = 0;            // the sender's process, counted from 1
  };
  /// What the agents of one node were told of another, and what they have sent to it.
  struct Pair {
    bool up = false;
    link::SessionName name;              // while up
    base::Incarnation peer;              // while up
    std::size_t received = 0;            // records in this session
    std::vector<std::uint64_t> records;  // hashes of all that this node has offered to the other
    std::vector<Range> ranges;           // parts of `records`, by session
  };
  struct Member {
    std::vector<base::Incarnation> incarnations;
    bool leaving = false;
  };

  Pair& pair(base::NodeId at, base::NodeId peer) {
    return pairs_[at.value * members_.size() + peer.value];
  }
  const Pair& pair(base::NodeId at, base::NodeId peer) const {
    return pairs_[at.value * members_.size() + peer.value];
  }
  static void close(Pair& pair);

  const Troubles& troubles_;
  LedgerChecker& ledgers_;
  Findings& findings_;
  std::vector<Member> members_;
  std::vector<Pair> pairs_;  // by node, peer
  std::vector<Left> left_;
  std::uint64_t delivered_ = 0;
};

}  // namespace ovid::sim
