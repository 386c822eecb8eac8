// What a node checks in its link manager at every step, and at the end of each turn.

#include "link_node.hpp"

namespace ovid::fuzz {
namespace {

/// When a session ends, the listener may send messages to other peers, whose queues were already
/// checked in this turn. This is the maximum that it adds to such a queue, in bytes.
constexpr std::size_t kLateRecordsMax = 1024;

std::uint64_t digits(std::uint64_t number) {
  std::uint64_t count = 0;
  for (; number > 0; number /= 10) ++count;
  return count;
}

}  // namespace

void Node::check_promises() {
  bool congested = false;
  for (std::uint16_t i = 0; i < kNodes; ++i) {
    if (i == self.value) continue;
    const base::NodeId id{i};
    Peer& p = peer(id);
    const link::Ledger ledger = links_.state(id).ledger;
    check(ledger.offered == ledger.acknowledged + ledger.unacknowledged + ledger.fate_unknown,
          "the ledger balances");
    check(ledger.offered >= p.ledger.offered && ledger.acknowledged >= p.ledger.acknowledged &&
              ledger.fate_unknown >= p.ledger.fate_unknown,
          "what is in the ledger stays there");
    p.ledger = ledger;
    check(links_.state(id).session.has_value() == p.up, "the listener knows who is up");
    if (p.up)
      check(links_.state(id).session == p.session, "another session comes with down and up");
    const std::size_t unacked = links_.state(id).unacked_bytes;
    check(p.up || (unacked == 0 && ledger.unacknowledged == 0), "nothing is kept for who is down");
    check((unacked == 0) == (ledger.unacknowledged == 0), "bytes are kept for records");
    congested = congested || unacked >= config_.unacked_bytes_max;
  }
  check(links_.congested() == congested, "congested while a queue is at its bound");
  check_log();
}

void Node::check_turn_ended() {
  check_promises();
  check(links_.deadline() > now_, "due timers fire at the end of a turn");
  for (std::uint16_t i = 0; i < kNodes; ++i) {
    if (i == self.value) continue;
    check(links_.state({i}).ledger.offered == peer({i}).offered, "what was sent is in the ledger");
    check(links_.state({i}).unacked_bytes < 2 * config_.unacked_bytes_max + kLateRecordsMax,
          "a queue beyond twice its bound ends the session");
  }
}

/// Garbage must not fill a disk. The 1st, 10th, 100th ... message of each of four kinds (malformed,
/// of no session, of another grid, of another version) is logged, and second processes are logged
/// in the same way. All peers that are not reached share one line, at most once after each change
/// and once a minute.
void Node::check_log() const {
  check(lines_dropped_ <= 4 * digits(frames_), "few lines about what was dropped");
  check(lines_ <= transitions + reports_ + attempts_ + digits(frames_), "a line a change at most");
  const auto minutes = static_cast<std::uint64_t>((now_ - started_) / 60s);
  check(lines_unreached_ <= 1 + transitions + minutes, "few lines about who is not reached");
}

}  // namespace ovid::fuzz
