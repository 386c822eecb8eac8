#include "ovid/link/link_manager.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "ovid/base/check.hpp"

namespace ovid::link {
namespace {

constexpr TimerKey kPingTimer{TimerKey::Kind::Ping, {}};

/// The nodes of a machine ping at the same instants of their common clock: each then wakes once for
/// the pings of many peers, and not once for each. In large grids they do so in groups, or
/// everybody would be late for what happens meanwhile: 64 at once keep two processors busy for 80
/// ms.
constexpr int kGroupNodes = 16;
constexpr int kGroupsMax = 4;

base::Time next_ping(base::Time now, const Config& config) {
  const int groups = std::min((config.nodes + kGroupNodes - 1) / kGroupNodes, kGroupsMax);
  const base::Duration phase = config.ping * (config.self.value % groups) / groups;
  return now + (config.ping - (now - phase).time_since_epoch() % config.ping);
}

}  // namespace

LinkManager::LinkManager(const Config& config, Transport& transport, base::RandomSource& random,
                         base::Notes& notes, Listener& listener)
    : config_(config),
      listener_(listener),
      shared_{.config = config_,
              .incarnation = {random.next_nonzero()},
              .transport = transport,
              .random = random,
              .notes = notes,
              .keeper = *this,
              .ping = wire::ping_body(config.self)},
      writer_(config.self) {
  base::check(config.nodes >= 1 && config.nodes <= base::kNodesMax, "size of the grid");
  base::check(config.self.value < config.nodes, "own id");
  links_.reserve(static_cast<std::size_t>(config.nodes));
  for (int id = 0; id < config.nodes; ++id)
    links_.emplace_back(base::NodeId{static_cast<std::uint16_t>(id)}, shared_);
}

Link& LinkManager::link(base::NodeId peer) {
  base::check(peer.value < links_.size() && peer != config_.self, "not a peer");
  return links_[peer.value];
}

const Link& LinkManager::link(base::NodeId peer) const {
  base::check(peer.value < links_.size() && peer != config_.self, "not a peer");
  return links_[peer.value];
}

void LinkManager::start(base::Time now) {
  shared_.timers.set(kPingTimer, next_ping(now, config_));
  for (Link& each : links_)
    if (each.peer() != config_.self) each.connect(now);
}

void LinkManager::turn_begins(base::Time now) {
  shared_.own_time.woke(now, deadline());
}

void LinkManager::turn_ends(base::Time now) {
  while (const auto due = shared_.timers.pop_due(now)) {
    if (due->kind != TimerKey::Kind::Ping) {
      link(due->peer).fire(now, due->kind);
      continue;
    }
    for (Link& each : links_)
      if (each.peer() != config_.self) each.ping_due();
    shared_.timers.set(kPingTimer, next_ping(now, config_));
  }
  seal();
  end_overfull(now);
  flushing_.swap(shared_.to_flush);
  for (const base::NodeId peer : flushing_) link(peer).flush();
  flushing_.clear();
}

/// What the listener says to the others about an end goes out in this turn as well.
void LinkManager::end_overfull(base::Time now) {
  for (std::size_t i = 0; i < shared_.to_flush.size(); ++i) {
    Link& each = link(shared_.to_flush[i]);
    if (each.unacked_bytes() < config_.overfull_bytes()) continue;
    each.leave_session(now, Cause::QueueFull);
    seal();
  }
}

void LinkManager::frame(base::Time now, std::string_view envelope, std::string_view body) {
  const auto decoded = wire::decode_envelope(envelope);
  if (const auto* bad = std::get_if<wire::BadEnvelope>(&decoded))
    return drop(shared_.malformed, wire::text_of(*bad));
  const auto& e = std::get<wire::Envelope>(decoded);
  if (e.to != config_.self) return drop(shared_.strangers, "a message for another node");
  if (e.from == config_.self || e.from.value >= links_.size())
    return drop(shared_.strangers, "a message from nobody of this grid");
  link(e.from).frame(now, e, body);
}

void LinkManager::drop(base::Tally& tally, std::string_view why) {
  if (tally.count())
    shared_.notes.note(base::Severity::Warning, std::nullopt,
                       fmt::format("dropped {}: {}", tally.seen(), why));
}

// ---- Records. A batch has one set of addressees; it is sealed before that set changes.

void LinkManager::send(base::NodeId to, std::string_view contents) {
  if (!up_.contains(to)) return;
  if (whom_.size() != 1 || !whom_.contains(to)) {
    seal();
    whom_ = {to};
  }
  writer_.add(contents);
  if (writer_.full()) seal();
}

void LinkManager::broadcast(std::string_view contents) {
  if (up_.empty()) return;
  if (whom_.size() != up_.size()) {
    seal();
    whom_ = up_;
  }
  writer_.add(contents);
  if (writer_.full()) seal();
}

void LinkManager::seal() {
  if (writer_.count() > 0) {
    const std::uint32_t count = writer_.count();
    const Batch batch{writer_.take(), count};
    for (const base::NodeId peer : whom_) links_[peer.value].push(batch);
  }
  whom_.clear();
}

void LinkManager::peer_up(base::NodeId peer) {
  seal();
  up_.insert(peer);
  listener_.peer_up(peer);
}

void LinkManager::peer_ends(base::NodeId) {
  seal();
}

void LinkManager::peer_down(base::NodeId peer, const Evidence& evidence) {
  up_.erase(peer);
  listener_.peer_down(peer, evidence);
}

void LinkManager::message(base::NodeId from, std::string_view contents) {
  listener_.message(from, contents);
}

}  // namespace ovid::link
