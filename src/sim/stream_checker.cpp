#include "ovid/sim/stream_checker.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ovid/base/match.hpp"

namespace ovid::sim {

void StreamChecker::happened(base::NodeId node, const observe::Event& event) {
  std::visit(base::Match{
                 [&](const observe::SessionBegan& e) { tell(node, e); },
                 [&](const observe::SessionEnded& e) { tell(node, e); },
                 [&](const observe::RecordsSent& e) { tell(node, e); },
                 [&](const observe::RecordsDelivered& e) { tell(node, e); },
                 [&](const observe::RecordsAcknowledged& e) { tell(node, e); },
                 [](const auto&) {},
             },
             event);
}

void StreamChecker::ended(base::NodeId node) {
  for (std::size_t peer = 0; peer < nodes_; ++peer) sides_[node.value * nodes_ + peer].open = false;
}

void StreamChecker::tell(base::NodeId node, const observe::SessionBegan& e) {
  Side& s = side(node, e.peer);
  must(!s.open, node, e.peer, "a session begins and the last one has not ended");
  s = {.open = true, .mine = e.mine, .theirs = e.theirs};
}

void StreamChecker::tell(base::NodeId node, const observe::SessionEnded& e) {
  Side& s = side(node, e.peer);
  must(s.open && s.mine == e.mine && s.theirs == e.theirs, node, e.peer,
       "a session ends that has not begun");
  must(e.offered == e.acknowledged + e.fate_unknown, node, e.peer, "an account does not balance");
  must(e.acknowledged == s.acknowledged.messages && e.received == s.delivered.messages &&
           e.offered >= s.sent.messages,
       node, e.peer, "an account is not what was told before");
  s.open = false;
}

void StreamChecker::tell(base::NodeId node, const observe::RecordsSent& e) {
  Side& s = side(node, e.peer);
  must(s.open, node, e.peer, "records are sent out of a session");
  must(e.count > 0 && e.first > 0 && e.first <= s.sent.last + 1, node, e.peer,
       "records are sent and those before them were not");
  const Reached reached{e.first + e.count - 1, e.messages};
  if (reached.last > s.sent.last) s.sent = reached;
}

void StreamChecker::tell(base::NodeId node, const observe::RecordsDelivered& e) {
  Side& s = side(node, e.peer);
  must(s.open, node, e.peer, "records are delivered out of a session");
  must(e.count > 0 && e.first == s.delivered.last + 1, node, e.peer,
       "records are delivered twice, or with a gap");
  must(e.messages >= s.delivered.messages, node, e.peer, "messages are no longer delivered");
  s.delivered = {e.first + e.count - 1, e.messages};
  const Side* other = other_side(node, e.peer);
  must(!other || s.delivered <= other->sent, node, e.peer,
       "records are delivered that were not sent");
}

void StreamChecker::tell(base::NodeId node, const observe::RecordsAcknowledged& e) {
  Side& s = side(node, e.peer);
  must(s.open, node, e.peer, "records are acknowledged out of a session");
  const Reached reached{e.last, e.messages};
  must(e.last > s.acknowledged.last && reached <= s.sent, node, e.peer,
       "records are acknowledged twice, or were not sent");
  s.acknowledged = reached;
  const Side* other = other_side(node, e.peer);
  must(!other || s.acknowledged <= other->delivered, node, e.peer,
       "records are acknowledged that were not delivered");
}

const StreamChecker::Side* StreamChecker::other_side(base::NodeId node, base::NodeId peer) {
  const Side& here = side(node, peer);
  const Side& there = side(peer, node);
  return there.mine == here.theirs && there.theirs == here.mine ? &there : nullptr;
}

void StreamChecker::must(bool holds, base::NodeId node, base::NodeId peer, const char* what) {
  if (holds) return;
  findings_.broken(fmt::format("node {}'s stream, peer {}: {}", node.value, peer.value, what));
}

}  // namespace ovid::sim
