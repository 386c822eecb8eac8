#pragma once
// Compares the ledger of each link with what the agents did:
//
//   ledger           offered = acknowledged + unacknowledged + fate unknown, offered is what the
//                    agents offered, and nothing is acknowledged that has not arrived
//   bounded queues   unacknowledged bytes stay under their limit
//
// Called by the session checker, which knows which records were offered to which peer and which
// have arrived.

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
        last_checked_(nodes),
        accounts_(nodes * nodes) {}

  void offered(base::NodeId from, base::NodeId to) { ++account(from, to).offered; }
  /// A record of the sender's present process has arrived.
  void arrived(base::NodeId from, base::NodeId to) { ++account(from, to).arrived; }
  /// `to` has crashed "when sent": from now on its links acknowledge records that no agent gets.
  void unseen(base::NodeId from, base::NodeId to) { account(from, to).unseen = true; }
  /// The sender's process has ended. `unseen`: whether unseen() applies to the sender's next
  /// process.
  void ended(base::NodeId from, base::NodeId to, bool unseen) {
    account(from, to) = {0, 0, unseen};
  }

  /// Called after each turn: checks the ledger of one peer, another one each time.
  void turned(const Host& host);
  void check(const Host& host, base::NodeId peer);

 private:
  /// The records of a node's present process for one peer.
  struct Account {
    std::uint64_t offered = 0;
    std::uint64_t arrived = 0;
    bool unseen = false;
  };
  Account& account(base::NodeId from, base::NodeId to) {
    return accounts_[from.value * last_checked_.size() + to.value];
  }

  const std::size_t bytes_max_;
  Findings& findings_;
  std::vector<std::size_t> last_checked_;  // the peer whose ledger was checked last
  std::vector<Account> accounts_;          // by sender, receiver
};

}  // namespace ovid::sim
