#pragma once
// The promises of the links, checked while a simulated grid runs (docs/promises.md):
//
//   FIFO, no gap, no duplicate, no creation   every record of a session, in order, from its first
//   fencing                                   and of no other session of the same pair; epochs and
//                                             incarnations are never used again
//   peer up comes before the first record, with an incarnation that exists or has existed
//   ledger       offered = acknowledged + unacknowledged + fate unknown, offered is what the agents
//                offered, and nothing is acknowledged that has not arrived
//   crash        a node that crashes when all is sent ends when all has arrived, or
//                when nothing was acknowledged for the silence limit
//   bounded queues                            unacknowledged bytes stay under their bound
//   accuracy                                  what nothing happened to is not shown down: who ends
//                                             a session first has a reason in the other or the path
//   convergence                               in the end all that run and whose paths are open see
//                                             each other, and everything that was offered has
//                                             arrived, or is held on purpose
//
// Completeness, return and notice are asked by liveness_checker.hpp, and told to this one.
// It knows the whole world and uses none of the links' own decisions but their sessions' names.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ovid/sim/action.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/limits.hpp"

namespace ovid::sim {

class Checker {
 public:
  Checker(int nodes, const link::Config& config, const Limits& limits);

  /// The first broken promise, in words; the run ends there.
  const std::optional<std::string>& violation() const { return violation_; }
  std::uint64_t delivered() const { return delivered_; }
  void broken(std::string what);

  // What the world does to nodes and paths. Accuracy is asked for only where nothing has happened
  // for a while.
  void started(base::NodeId node, base::Incarnation incarnation);
  void killed(base::NodeId node);
  /// It ends by itself, after it has sent everything; `now` by its clock.
  void left_when_sent(const Host& host, base::Time now);
  void trouble(base::NodeId node, base::Time until);
  void trouble(base::NodeId a, base::NodeId b, base::Time until);
  /// What an action that begins now means for accuracy; `all` are the actions of the run.
  void expect_trouble(const Action& action, const std::vector<Action>& all, base::Time now);
  bool troubled(base::NodeId a, base::NodeId b, base::Time now) const {
    return pair(a, b).trouble_until >= now;
  }

  // What the nodes see and do.
  void peer_up(Host& host, base::Time now, base::NodeId peer);
  void peer_down(Host& host, base::Time now, base::NodeId peer);
  /// Sessions that one side has left since the last call, and the other not yet.
  struct Left {
    base::NodeId stayer;
    base::NodeId leaver;
    base::Epoch stayers_epoch;
  };
  std::vector<Left> take_left() { return std::exchange(left_, {}); }
  bool in_session(base::NodeId at, base::NodeId peer, base::Epoch mine) const {
    return up(at, peer) && pair(at, peer).name.mine == mine;
  }
  void must_have_learned(base::NodeId stayer, base::NodeId leaver);
  /// It has crashed "when sent": what arrives at it from now on is acknowledged, and nobody sees
  /// it.
  void leaves(base::NodeId node);
  bool leaving(base::NodeId node) const { return members_[node.value].leaving; }
  void offered(Host& host, agent::AgentId from, const agent::Send& send);
  void message(Host& host, agent::AgentId to, const agent::Message& message);
  /// After a turn; `now` by the host's clock.
  void turned(Host& host, base::Time now);

  /// Whether the agents of a node see the peer. Those of a node that is leaving see nothing.
  bool up(base::NodeId at, base::NodeId peer) const {
    return pair(at, peer).up && !members_[at.value].leaving;
  }
  void must_not_show(base::NodeId at, base::NodeId peer, std::string_view why);
  /// The same for one process of the peer only.
  void must_not_show(base::NodeId at, base::NodeId peer, base::Incarnation gone,
                     std::string_view why);
  /// At the end of a run whose last fault is long over, or lasts: all that run and whose paths are
  /// open are in sessions and have each other's records; nobody else is shown.
  /// Of two whose sessions may still end because of something that is over (in a large grid: one
  /// that waits long), nothing is asked.
  void must_have_converged(const std::vector<std::unique_ptr<Host>>& hosts, const Network& network,
                           base::Time now);

 private:
  /// Records that were offered to one peer within one session.
  struct Range {
    link::SessionName name;
    std::size_t first = 0;
    std::optional<std::size_t> end;  // none: the session goes on
    std::size_t life = 0;            // which process of the sender's
  };
  /// What one node knows of another, as its agent was told.
  struct Pair {
    bool up = false;
    link::SessionName name;              // while up
    base::Incarnation peer;              // while up
    std::size_t received = 0;            // records in this session
    std::vector<std::uint64_t> records;  // hashes of what this node offered to the other, ever
    std::vector<Range> ranges;           // of records
    std::uint64_t offered = 0;           // by the present process, for the ledger
    std::uint64_t arrived = 0;           // of those, at the other
    bool unseen = false;                 // some of those arrived where nobody saw them
    base::Time trouble_until{};
  };
  struct Member {
    std::vector<base::Incarnation> incarnations;
    base::Time trouble_until{};
    bool leaving = false;
    std::uint64_t owed = 0;       // while it leaves: records not acknowledged
    base::Time owed_changed{};    // by its clock
    std::size_t next_ledger = 0;  // whose is looked at next
  };

  Pair& pair(base::NodeId at, base::NodeId peer) {
    return pairs_[static_cast<std::size_t>(at.value) * members_.size() + peer.value];
  }
  const Pair& pair(base::NodeId at, base::NodeId peer) const {
    return pairs_[static_cast<std::size_t>(at.value) * members_.size() + peer.value];
  }
  static void close(Pair& pair);
  bool may_still_end(base::NodeId a, base::NodeId b, base::Time now) const;
  /// `held`: records of b for a that the network holds.
  void must_agree(const Host& host, base::NodeId a, base::NodeId b, std::size_t held);
  void check_ledger(const Host& host, base::NodeId peer);
  const link::Config config_;
  const Limits limits_;
  std::vector<Member> members_;
  std::vector<Pair> pairs_;  // by node, peer
  std::vector<Left> left_;
  std::optional<std::string> violation_;
  std::uint64_t delivered_ = 0;
};

}  // namespace ovid::sim
