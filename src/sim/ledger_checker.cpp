#include "ovid/sim/ledger_checker.hpp"

#include <fmt/format.h>

namespace ovid::sim {

void LedgerChecker::turned(const Host& host) {
  std::size_t& last = last_checked_[host.id().value];
  last = (last + 1) % last_checked_.size();
  if (last != host.id().value) check(host, {static_cast<std::uint16_t>(last)});
}

void LedgerChecker::check(const Host& host, base::NodeId peer) {
  const int node = host.id().value;
  const link::PeerState state = host.peer(peer);
  const link::Ledger& ledger = state.ledger;
  const Account& account = this->account(host.id(), peer);
  if (ledger.offered != ledger.acknowledged + ledger.unacknowledged + ledger.fate_unknown)
    findings_.broken(fmt::format(
        "node {}: the ledger of peer {} does not balance: {} = {} + {} + {}", node, peer.value,
        ledger.offered, ledger.acknowledged, ledger.unacknowledged, ledger.fate_unknown));
  if (ledger.offered != account.offered)
    findings_.broken(fmt::format("node {}: peer {} was offered {} records, its ledger says {}",
                                 node, peer.value, account.offered, ledger.offered));
  if (ledger.acknowledged > ledger.offered ||
      (ledger.acknowledged > account.arrived && !account.unseen))
    findings_.broken(
        fmt::format("node {}: of {} records for peer {}, {} arrived and {} are acknowledged", node,
                    ledger.offered, peer.value, account.arrived, ledger.acknowledged));
  if (state.unacked_bytes > bytes_max_)
    findings_.broken(fmt::format("node {}: {} unacknowledged bytes for peer {}", node,
                                 state.unacked_bytes, peer.value));
}

}  // namespace ovid::sim
