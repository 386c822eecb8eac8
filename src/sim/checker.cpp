#include "ovid/sim/checker.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// Ends of actions that have no end of their own.
constexpr base::Duration kForever = 1000000s;

/// Different records are different numbers, mostly: FNV-1a's steps on eight bytes at a time, each
/// with its high half folded in.
std::uint64_t hash_of(agent::AgentId from, agent::AgentId to, std::string_view text) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&hash](std::uint64_t value) {
    hash = (hash ^ value) * kPrime;
    hash ^= hash >> 32;
  };
  mix(static_cast<std::uint64_t>(from.value) << 32 | to.value);
  mix(text.size());
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t value = 0;
    std::memcpy(&value, text.data(), sizeof value);
    mix(value);
  }
  for (const char c : text) mix(static_cast<unsigned char>(c));
  return hash;
}

link::SessionName mirrored(const link::SessionName& name) {
  return {name.peer, name.mine};
}

}  // namespace

Checker::Checker(int nodes, const link::Config& config, const Limits& limits)
    : config_(config),
      limits_(limits),
      members_(static_cast<std::size_t>(nodes)),
      pairs_(static_cast<std::size_t>(nodes) * static_cast<std::size_t>(nodes)) {}

void Checker::broken(std::string what) {
  if (!violation_) violation_ = std::move(what);
}

void Checker::started(base::NodeId node, base::Incarnation incarnation) {
  auto& known = members_[node.value].incarnations;
  if (std::find(known.begin(), known.end(), incarnation) != known.end())
    broken(fmt::format("node {}: starts with an incarnation of before", node.value));
  known.push_back(incarnation);
}

void Checker::killed(base::NodeId node) {
  for (std::size_t peer = 0; peer < members_.size(); ++peer) {
    Pair& gone = pair(node, {static_cast<std::uint16_t>(peer)});
    if (gone.up) close(gone);
    gone.offered = 0;
    gone.arrived = 0;
    gone.unseen = members_[peer].leaving;
  }
  members_[node.value].leaving = false;
}

void Checker::leaves(base::NodeId node) {
  members_[node.value].leaving = true;
  members_[node.value].owed = 0;
  for (std::size_t peer = 0; peer < members_.size(); ++peer)
    pair({static_cast<std::uint16_t>(peer)}, node).unseen = true;
}

/// Its agents have not been told of sessions that ended since it crashed; its links have.
void Checker::left_when_sent(const Host& host, base::Time now) {
  const base::NodeId node = host.id();
  const Member& member = members_[node.value];
  if (member.owed > 0 && now - member.owed_changed >= host.links().config().silence) return;
  for (std::size_t id = 0; id < members_.size(); ++id) {
    const base::NodeId peer{static_cast<std::uint16_t>(id)};
    const Pair& here = pair(node, peer);
    const Pair& there = pair(peer, node);
    if (peer == node || !here.up || host.links().session(peer) != here.name) continue;
    if (!there.up || there.name != mirrored(here.name) || members_[id].leaving) continue;
    if (const std::size_t owed = here.records.size() - here.ranges.back().first;
        there.received != owed)
      broken(
          fmt::format("node {}: has ended with {} of its {} records at {}, to which it was to "
                      "send them all",
                      node.value, there.received, owed, id));
  }
}

void Checker::trouble(base::NodeId node, base::Time until) {
  base::Time& known = members_[node.value].trouble_until;
  known = std::max(known, until);
}

void Checker::trouble(base::NodeId a, base::NodeId b, base::Time until) {
  for (Pair* each : {&pair(a, b), &pair(b, a)})
    each->trouble_until = std::max(each->trouble_until, until);
}

/// Where sessions may end now, and for how long.
void Checker::expect_trouble(const Action& action, const std::vector<Action>& all, base::Time now) {
  const base::Time until =
      now + limits_.after_trouble + (action.lasting > 0s ? action.lasting : kForever);
  switch (action.verb) {
    case Verb::Crash:
    case Verb::Pause:
    case Verb::Late:
      return trouble(action.node(), until);
    case Verb::Restart:
    case Verb::Continue:
      return trouble(action.node(), now + limits_.after_trouble);
    case Verb::Partition:
    case Verb::Block:
    case Verb::Refuse:
      for (const base::NodeId a : action.left)
        for (const base::NodeId b : action.right) trouble(a, b, until);
      return;
    case Verb::Heal:
      for (const Action& each : all)
        for (const base::NodeId a : each.left)
          for (const base::NodeId b : each.right) trouble(a, b, now + limits_.after_trouble);
      return;
    case Verb::Corrupt:
      for (Member& each : members_) each.trouble_until = std::max(each.trouble_until, until);
      return;
    case Verb::Slow:
      // Who reads so slowly that others' words wait for the silence limit blames anybody.
      if (action.amount * static_cast<std::int64_t>(members_.size()) <= limits_.slow_enough_ms)
        return;
      for (std::size_t peer = 0; peer < members_.size(); ++peer)
        trouble(action.node(), {static_cast<std::uint16_t>(peer)}, until);
      return;
    case Verb::Cut:
    case Verb::Drift:
    case Verb::Duplicate:
    case Verb::Forge:
    case Verb::Line:
    case Verb::Hold:
    case Verb::Deliver:
    case Verb::Release:
    case Verb::Settle:
      return;  // no session may end because of these
  }
}

void Checker::close(Pair& pair) {
  pair.up = false;
  pair.ranges.back().end = pair.records.size();
}

void Checker::peer_up(Host& host, base::Time, base::NodeId peer) {
  Pair& p = pair(host.id(), peer);
  const auto name = host.links().session(peer);
  const auto incarnation = host.links().peer_incarnation(peer);
  const auto& known = members_[peer.value].incarnations;
  if (p.up) broken(fmt::format("node {}: peer {} up twice", host.id().value, peer.value));
  if (!name || !incarnation || std::find(known.begin(), known.end(), *incarnation) == known.end())
    return broken(fmt::format("node {}: peer {} up with an incarnation that never was",
                              host.id().value, peer.value));
  if (std::any_of(p.ranges.begin(), p.ranges.end(),
                  [&](const Range& r) { return r.name.mine == name->mine; }))
    broken(fmt::format("node {}: peer {} up with an epoch of an earlier session", host.id().value,
                       peer.value));
  p.up = true;
  p.name = *name;
  p.peer = *incarnation;
  p.received = 0;
  if (p.ranges.size() >= 64) p.ranges.erase(p.ranges.begin(), p.ranges.begin() + 32);
  const Member& self = members_[host.id().value];
  p.ranges.push_back({*name, p.records.size(), std::nullopt, self.incarnations.size()});
}

void Checker::peer_down(Host& host, base::Time now, base::NodeId peer) {
  Pair& p = pair(host.id(), peer);
  if (!p.up) return broken(fmt::format("node {}: peer {} down twice", host.id().value, peer.value));
  close(p);
  base::Time trouble = std::max(p.trouble_until, members_[peer.value].trouble_until);
  const Pair& there = pair(peer, host.id());
  // Agents of a node that is leaving are not told any more of sessions that end.
  const bool first_to_leave = up(peer, host.id()) && there.name == mirrored(p.name);
  if (first_to_leave) left_.push_back({peer, host.id(), there.name.mine});
  if (!first_to_leave) trouble = std::max(trouble, members_[host.id().value].trouble_until);
  if (now > trouble)
    broken(fmt::format("node {}: peer {} down, and nothing had happened to {}", host.id().value,
                       peer.value, first_to_leave ? "it" : "either"));
}

void Checker::must_have_learned(base::NodeId stayer, base::NodeId leaver) {
  broken(fmt::format("node {}: has not learned that {} has left their session", stayer.value,
                     leaver.value));
}

void Checker::offered(Host& host, agent::AgentId from, const agent::Send& send) {
  const auto* address = std::get_if<agent::Address>(&send.to);
  const std::uint64_t record = hash_of(from, address ? address->agent : from, send.contents);
  for (std::size_t id = 0; id < members_.size(); ++id) {
    const base::NodeId peer{static_cast<std::uint16_t>(id)};
    Pair& p = pair(host.id(), peer);
    if (!p.up || (address && address->node != peer)) continue;
    p.records.push_back(record);
    ++p.offered;
  }
}

void Checker::message(Host& host, agent::AgentId to, const agent::Message& message) {
  const base::NodeId from = message.from.node;
  if (from == host.id()) return;  // no link's
  ++delivered_;
  const auto who = [&] { return fmt::format("node {}: peer {}", host.id().value, from.value); };
  Pair& here = pair(host.id(), from);
  if (!here.up) return broken(who() + ": a record before it was up");
  Pair& there = pair(from, host.id());
  const auto range = std::find_if(there.ranges.rbegin(), there.ranges.rend(),
                                  [&](const Range& r) { return r.name == mirrored(here.name); });
  if (range == there.ranges.rend())
    return broken(who() + ": a record of a session that the sender never had");
  const auto& offered = there.records;
  const std::size_t place = range->first + here.received++;
  if (range->life == members_[from.value].incarnations.size()) ++there.arrived;
  if (place >= range->end.value_or(offered.size()))
    return broken(who() + ": a record more than the session was offered");
  if (offered[place] != hash_of(message.from.agent, to, message.contents))
    broken(fmt::format("{}: record {} of the session is another one than was offered", who(),
                       here.received));
}

void Checker::check_ledger(const Host& host, base::NodeId peer) {
  const link::Ledger ledger = host.links().ledger(peer);
  if (ledger.offered != ledger.acknowledged + ledger.unacknowledged + ledger.fate_unknown)
    broken(fmt::format("node {}: the ledger of peer {} does not balance: {} = {} + {} + {}",
                       host.id().value, peer.value, ledger.offered, ledger.acknowledged,
                       ledger.unacknowledged, ledger.fate_unknown));
  if (const std::uint64_t offered = pair(host.id(), peer).offered; ledger.offered != offered)
    broken(fmt::format("node {}: peer {} was offered {} records, its ledger says {}",
                       host.id().value, peer.value, offered, ledger.offered));
  const std::uint64_t arrived = pair(host.id(), peer).arrived;
  const bool unseen = pair(host.id(), peer).unseen;
  if (ledger.acknowledged > ledger.offered || (ledger.acknowledged > arrived && !unseen))
    broken(fmt::format("node {}: of {} records for peer {}, {} arrived and {} are acknowledged",
                       host.id().value, ledger.offered, peer.value, arrived, ledger.acknowledged));
  if (host.links().unacked_bytes(peer) > config_.overfull_bytes())
    broken(fmt::format("node {}: {} unacknowledged bytes for peer {}", host.id().value,
                       host.links().unacked_bytes(peer), peer.value));
}

/// One peer's a turn: over a run, everybody's many times.
void Checker::turned(Host& host, base::Time now) {
  Member& member = members_[host.id().value];
  if (member.leaving && std::exchange(member.owed, host.links().owed()) != host.links().owed())
    member.owed_changed = now;
  member.next_ledger = (member.next_ledger + 1) % members_.size();
  if (member.next_ledger != host.id().value)
    check_ledger(host, {static_cast<std::uint16_t>(member.next_ledger)});
}

void Checker::must_not_show(base::NodeId at, base::NodeId peer, std::string_view why) {
  if (up(at, peer))
    broken(fmt::format("node {}: still shows {} alive: {}", at.value, peer.value, why));
}

void Checker::must_not_show(base::NodeId at, base::NodeId peer, base::Incarnation gone,
                            std::string_view why) {
  if (up(at, peer) && pair(at, peer).peer == gone) must_not_show(at, peer, why);
}

void Checker::must_have_converged(const std::vector<std::unique_ptr<Host>>& hosts,
                                  const Network& network, base::Time now) {
  for (const auto& host : hosts) {
    if (host->condition() != Processes::Condition::Running) continue;
    for (const auto& other : hosts) {
      const base::NodeId a = host->id();
      const base::NodeId b = other->id();
      if (host == other) continue;
      if (other->condition() != Processes::Condition::Running || network.blocked(a, b) ||
          network.blocked(b, a))
        must_not_show(a, b, "it is gone or cut off for ever");
      else if (!may_still_end(a, b, now))
        must_agree(*host, a, b, network.held(b, a));
    }
  }
}

bool Checker::may_still_end(base::NodeId a, base::NodeId b, base::Time now) const {
  const auto soon_over = [&](base::Time trouble) {
    return trouble > now && trouble < base::Time(kForever);
  };
  return soon_over(pair(a, b).trouble_until) || soon_over(members_[a.value].trouble_until) ||
         soon_over(members_[b.value].trouble_until);
}

void Checker::must_agree(const Host& host, base::NodeId a, base::NodeId b, std::size_t held) {
  if (!up(a, b))
    return broken(fmt::format("node {}: does not see {} in the end", a.value, b.value));
  check_ledger(host, b);
  const Pair& there = pair(b, a);
  const Range& range = there.ranges.back();
  if (there.up && range.name != mirrored(pair(a, b).name))
    return broken(
        fmt::format("nodes {} and {}: in different sessions in the end", a.value, b.value));
  const std::size_t owed = there.records.size() - range.first;
  if (pair(a, b).received > owed || pair(a, b).received + held < owed)
    broken(fmt::format("node {}: has {} of the {} records of {} in the end", a.value,
                       pair(a, b).received, owed, b.value));
}

}  // namespace ovid::sim
