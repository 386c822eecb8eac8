#pragma once
// The account of each link, held against what the agents did:
//
//   ledger           offered = acknowledged + unacknowledged + fate unknown, offered is what the
//                    agents offered, and nothing is acknowledged that has not arrived
//   bounded queues   unacknowledged bytes stay under their bound
//
// Told by the session checker, which knows what was offered to whom and what has arrived.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/sim/findings.hpp"
#include "ovid/sim/host.hpp"

namespace ovid::sim {

/// Borrows the findings.
class LedgerChecker {
 public:
  LedgerChecker(std::size_t nodes, const link::Config& config, Findings& findings)
      : bytes_max_(config.overfull_bytes()),
        findings_(findings),
        next_(nodes),
        accounts_(nodes * nodes) {}

  void offered(base::NodeId from, base::NodeId to) { ++account(from, to).offered; }
  /// A record of the sender's present process.
  void arrived(base::NodeId from, base::NodeId to) { ++account(from, to).arrived; }
  /// From now on records arrive there that nobody sees.
  void unseen(base::NodeId from, base::NodeId to) { account(from, to).unseen = true; }
  /// The sender's process has ended. `unseen`: see above, of its next one.
  void ended(base::NodeId from, base::NodeId to, bool unseen) {
    account(from, to) = {0, 0, unseen};
  }

  /// After a turn: looks at the account with one peer. Over a run, at all of them many times.
  void turned(const Host& host);
  void check(const Host& host, base::NodeId peer);

 private:
  /// What a node has had for a peer.
  struct Account {
    std::uint64_t offered = 0;
    std::uint64_t arrived = 0;
    bool unseen = false;
  };
  Account& account(base::NodeId from, base::NodeId to) {
    return accounts_[from.value * next_.size() + to.value];
  }

  const std::size_t bytes_max_;
  Findings& findings_;
  std::vector<std::size_t> next_;  // by node: whose account is looked at next
  std::vector<Account> accounts_;  // by sender, receiver
};

}  // namespace ovid::sim
