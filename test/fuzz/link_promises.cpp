// What a node checks of its links at every step, and of itself at the end of a turn.

#include "link_node.hpp"

namespace ovid::fuzz {
namespace {

/// What a listener's words about an end may add to a queue that was just judged.
constexpr std::size_t kLateWordsMax = 1024;

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
    const link::Ledger ledger = links_.ledger(id);
    check(ledger.offered == ledger.acknowledged + ledger.unacknowledged + ledger.fate_unknown,
          "the ledger balances");
    check(ledger.offered >= p.ledger.offered && ledger.acknowledged >= p.ledger.acknowledged &&
              ledger.fate_unknown >= p.ledger.fate_unknown,
          "what is in the ledger stays there");
    p.ledger = ledger;
    check(links_.session(id).has_value() == p.up, "the listener knows who is up");
    if (p.up) check(links_.session(id) == p.session, "another session comes with down and up");
    const std::size_t unacked = links_.unacked_bytes(id);
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
    check(links_.ledger({i}).offered == peer({i}).offered, "what was sent is in the ledger");
    check(links_.unacked_bytes({i}) < 2 * config_.unacked_bytes_max + kLateWordsMax,
          "a queue beyond twice its bound ends the session");
  }
}

/// Garbage cannot fill a disk: the 1st, 10th, 100th ... of each of four kinds has a line
/// (malformed, of no session, of another grid, of another version), and so have second processes.
/// Peers that are not reached share a line after each change, and one a minute.
void Node::check_log() const {
  check(lines_dropped_ <= 4 * digits(frames_), "few lines about what was dropped");
  check(lines_ <= transitions + reports_ + attempts_ + digits(frames_), "a line a change at most");
  const auto minutes = static_cast<std::uint64_t>((now_ - started_) / 60s);
  check(lines_unreached_ <= 1 + transitions + minutes, "few lines about who is not reached");
}

}  // namespace ovid::fuzz
