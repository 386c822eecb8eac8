#include "ovid/sim/session_checker.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ovid/base/text_hash.hpp"

namespace ovid::sim {
namespace {

/// Stands for a record: its contents and the agents at its ends.
std::uint64_t hash_of(agent::AgentId from, agent::AgentId to, std::string_view text) {
  return base::text_hash(text, static_cast<std::uint64_t>(from.value) << 32 | to.value);
}

link::SessionName mirrored(const link::SessionName& name) {
  return {name.peer, name.mine};
}

}  // namespace

void SessionChecker::started(base::NodeId node, base::Incarnation incarnation) {
  auto& known = members_[node.value].incarnations;
  if (std::find(known.begin(), known.end(), incarnation) != known.end())
    findings_.broken(fmt::format("node {}: starts with an incarnation of before", node.value));
  known.push_back(incarnation);
}

void SessionChecker::ended(base::NodeId node) {
  for (std::size_t id = 0; id < members_.size(); ++id) {
    const base::NodeId peer{static_cast<std::uint16_t>(id)};
    if (Pair& gone = pair(node, peer); gone.up) close(gone);
    ledgers_.ended(node, peer, leaving(peer));
  }
  members_[node.value].leaving = false;
}

void SessionChecker::leaves(base::NodeId node) {
  members_[node.value].leaving = true;
  for (std::size_t peer = 0; peer < members_.size(); ++peer)
    ledgers_.unseen({static_cast<std::uint16_t>(peer)}, node);
}

void SessionChecker::close(Pair& pair) {
  pair.up = false;
  pair.ranges.back().end = pair.records.size();
}

void SessionChecker::peer_up(const Host& host, base::NodeId peer) {
  const int node = host.id().value;
  Pair& p = pair(host.id(), peer);
  const link::PeerState state = host.peer(peer);
  const auto& known = members_[peer.value].incarnations;
  if (p.up) findings_.broken(fmt::format("node {}: peer {} up twice", node, peer.value));
  if (!state.session || !state.incarnation ||
      std::find(known.begin(), known.end(), *state.incarnation) == known.end())
    return findings_.broken(
        fmt::format("node {}: peer {} up with an incarnation that never was", node, peer.value));
  if (std::any_of(p.ranges.begin(), p.ranges.end(),
                  [&](const Range& r) { return r.name.mine == state.session->mine; }))
    findings_.broken(
        fmt::format("node {}: peer {} up with an epoch of an earlier session", node, peer.value));
  p.up = true;
  p.name = *state.session;
  p.peer = *state.incarnation;
  p.received = 0;
  if (p.ranges.size() >= 64) p.ranges.erase(p.ranges.begin(), p.ranges.begin() + 32);
  const Member& self = members_[host.id().value];
  p.ranges.push_back({p.name, p.records.size(), std::nullopt, self.incarnations.size()});
}

void SessionChecker::peer_down(const Host& host, base::Time now, base::NodeId peer) {
  const base::NodeId node = host.id();
  Pair& p = pair(node, peer);
  if (!p.up)
    return findings_.broken(fmt::format("node {}: peer {} down twice", node.value, peer.value));
  close(p);
  base::Time trouble = std::max(troubles_.until(node, peer), troubles_.until(peer));
  const Pair& there = pair(peer, node);
  // Agents of a leaving node are not told of sessions that end.
  const bool first_to_leave = up(peer, node) && there.name == mirrored(p.name);
  if (first_to_leave) left_.push_back({peer, node, there.name.mine});
  if (!first_to_leave) trouble = std::max(trouble, troubles_.until(node));
  if (now > trouble)
    findings_.broken(fmt::format("node {}: peer {} down, and nothing had happened to {}",
                                 node.value, peer.value, first_to_leave ? "it" : "either"));
}

void SessionChecker::offered(const Host& host, agent::AgentId from, const agent::Send& send) {
  const auto* address = std::get_if<agent::Address>(&send.to);
  const std::uint64_t record = hash_of(from, address ? address->agent : from, send.contents);
  for (std::size_t id = 0; id < members_.size(); ++id) {
    const base::NodeId peer{static_cast<std::uint16_t>(id)};
    Pair& p = pair(host.id(), peer);
    if (!p.up || (address && address->node != peer)) continue;
    p.records.push_back(record);
    ledgers_.offered(host.id(), peer);
  }
}

void SessionChecker::message(const Host& host, agent::AgentId to, const agent::Message& message) {
  const base::NodeId from = message.from.node;
  if (from == host.id()) return;  // sent within the node, not over a link
  ++delivered_;
  const auto broken = [&](const std::string& what) {
    findings_.broken(fmt::format("node {}: peer {}: {}", host.id().value, from.value, what));
  };
  Pair& here = pair(host.id(), from);
  if (!here.up) return broken("a record before it was up");
  const Pair& there = pair(from, host.id());
  const auto range = std::find_if(there.ranges.rbegin(), there.ranges.rend(),
                                  [&](const Range& r) { return r.name == mirrored(here.name); });
  if (range == there.ranges.rend())
    return broken("a record of a session that the sender never had");
  const std::size_t place = range->first + here.received++;
  if (range->life == members_[from.value].incarnations.size()) ledgers_.arrived(from, host.id());
  if (place >= range->end.value_or(there.records.size()))
    return broken("a record more than the session was offered");
  if (there.records[place] != hash_of(message.from.agent, to, message.contents))
    broken(fmt::format("record {} of the session is another one than was offered", here.received));
}

bool SessionChecker::share_session(base::NodeId a, base::NodeId b) const {
  const Pair& here = pair(a, b);
  const Pair& there = pair(b, a);
  return here.up && there.up && there.name == mirrored(here.name);
}

SessionChecker::Progress SessionChecker::progress(base::NodeId from, base::NodeId to) const {
  const Pair& sender = pair(from, to);
  if (sender.ranges.empty()) return {};
  return {sender.records.size() - sender.ranges.back().first, pair(to, from).received};
}

void SessionChecker::must_have_learned(base::NodeId stayer, base::NodeId leaver) {
  findings_.broken(fmt::format("node {}: has not learned that {} has left their session",
                               stayer.value, leaver.value));
}

void SessionChecker::must_not_show(base::NodeId at, base::NodeId peer, std::string_view why) {
  if (up(at, peer))
    findings_.broken(fmt::format("node {}: still shows {} alive: {}", at.value, peer.value, why));
}

void SessionChecker::must_not_show(base::NodeId at, base::NodeId peer, base::Incarnation gone,
                                   std::string_view why) {
  if (up(at, peer) && pair(at, peer).peer == gone) must_not_show(at, peer, why);
}

}  // namespace ovid::sim
