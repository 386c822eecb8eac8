#include "ovid/link/link_manager.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "ovid/base/check.hpp"
#include "ovid/base/counted.hpp"
#include "ovid/wire/hello.hpp"

namespace ovid::link {
namespace {

using observe::DropReason;

constexpr TimerKey kPingTimer{TimerKey::Kind::Ping, {}};
constexpr TimerKey kUnreachedTimer{TimerKey::Kind::Unreached, {}};

/// Peers that are not up are logged when these have been the same peers for the first of these
/// times, because nodes may be started one after the other. They are logged again after the second
/// of these times, even if some peer comes and goes all the time.
constexpr base::Duration kUnreachedFirst = 3s;
constexpr base::Duration kUnreachedAgain = 60s;
constexpr std::size_t kUnreachedNamed = 10;

/// The nodes of a machine ping at the same instants of their common clock, so that each wakes up
/// once for the pings of many peers. In large grids they do so in groups: when 64 nodes ping at
/// once, two processors are busy for 80 ms, and all nodes are late in that time.
constexpr int kGroupNodes = 16;
constexpr int kGroupsMax = 4;

/// The next of these instants, `interval` apart.
base::Time next_ping(base::Time now, const Config& config, base::Duration interval) {
  const int groups = std::min((config.nodes + kGroupNodes - 1) / kGroupNodes, kGroupsMax);
  const base::Duration phase = config.ping * (config.self.value % groups) / groups;
  return now + (interval - (now - phase).time_since_epoch() % interval);
}

/// How many times as often a peer is pinged whose path may lose packets.
constexpr int kMoreOften = 3;

std::string described(std::string_view grid, int nodes) {
  return fmt::format("a grid of {}{}{}", base::counted(static_cast<std::uint64_t>(nodes), "node"),
                     grid.empty() ? " without a name" : " with the name ", grid);
}

}  // namespace

LinkManager::LinkManager(const Config& config, Transport& transport, base::RandomSource& random,
                         observe::Stream& stream, Listener& listener)
    : config_(config),
      listener_(listener),
      shared_{.config = config_,
              .incarnation = {random.next_nonzero()},
              .transport = transport,
              .random = random,
              .stream = stream,
              .keeper = *this,
              .ping = wire::ping_body(config.self),
              .hello = wire::hello_body(config.self, {config.nodes, config.grid})},
      fan_out_(config_, links_) {
  base::check(config.nodes >= 1 && config.nodes <= base::kNodesMax, "size of the grid");
  base::check(config.self.value < config.nodes, "own id");
  base::check(wire::is_grid_name(config.grid), "name of the grid");
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

PeerState LinkManager::state(base::NodeId peer) const {
  PeerState state = link(peer).state();
  const FanOut::Unsealed unsealed = fan_out_.unsealed(peer);
  state.last_record += unsealed.records;
  state.unacked_bytes += unsealed.bytes;
  state.ledger.offered += unsealed.messages;
  state.ledger.unacknowledged += unsealed.messages;
  return state;
}

void LinkManager::start(base::Time now) {
  ping_all_due_ = next_ping(now, config_, config_.ping);
  shared_.timers.set(kPingTimer, ping_all_due_);
  unreached_due_ = now + kUnreachedAgain;
  for (Link& each : links_)
    if (each.peer() != config_.self) each.connect(now);
}

void LinkManager::turn_begins(base::Time now) {
  if (shared_.own_time.woke(now, deadline()))
    shared_.stream.tell(observe::Late{now - deadline(), shared_.own_time.doubt(now)});
}

std::uint64_t LinkManager::owed() const {
  std::uint64_t owed = 0;
  for (const base::NodeId peer : fan_out_.peers()) owed += state(peer).ledger.unacknowledged;
  return owed;
}

void LinkManager::settle(base::Time now) {
  while (const auto due = shared_.timers.pop_due(now)) {
    if (*due == kPingTimer)
      ping(now);
    else if (*due == kUnreachedTimer)
      name_unreached(now);
    else
      link(due->peer).fire(now, due->kind);
  }
  if (std::exchange(up_changed_, false)) {
    up_since_ = now;
    shared_.timers.set(kUnreachedTimer, std::clamp(unreached_due_, now, now + kUnreachedFirst));
  }
  if (!fan_out_.seal_if_it_leaves() && fan_out_.congests()) fan_out_.seal();
  end_overfull(now);
}

void LinkManager::flush(base::Time now) {
  fan_out_.seal_if_it_leaves();
  hand_over(now);
  // What waited for room in a connection may have left now.
  if (fan_out_.seal_if_it_leaves()) hand_over(now);
}

void LinkManager::hand_over(base::Time now) {
  flushing_.swap(shared_.to_flush);
  for (const base::NodeId peer : flushing_) link(peer).flush(now);
  flushing_.clear();
}

void LinkManager::ping(base::Time now) {
  const bool all = now >= ping_all_due_;
  if (all) ping_all_due_ = next_ping(now, config_, config_.ping);
  bool more_often = false;
  for (Link& each : links_) {
    if (each.peer() == config_.self) continue;
    const bool unsure = each.unsure(now);
    if (all)
      each.ping_due();
    else if (unsure)
      each.ping_between();
    more_often = more_often || unsure;
  }
  const base::Time sooner = next_ping(now, config_, config_.ping / kMoreOften);
  shared_.timers.set(kPingTimer, more_often ? std::min(ping_all_due_, sooner) : ping_all_due_);
}

void LinkManager::name_unreached(base::Time now) {
  observe::NotReached unreached{now - up_since_, {}, links_.size() - 1 - fan_out_.peers().size()};
  unreached_due_ = now + kUnreachedAgain;
  if (unreached.more == 0) return;
  shared_.timers.set(kUnreachedTimer, unreached_due_);
  if (!shared_.stream.wants<observe::NotReached>()) return;
  for (const Link& each : links_) {
    if (unreached.peers.size() == kUnreachedNamed) break;
    if (each.peer() == config_.self || each.up()) continue;
    unreached.peers.push_back(
        {each.peer(), shared_.transport.address(each.peer()), each.failure()});
    --unreached.more;
  }
  shared_.stream.tell(std::move(unreached));
}

/// Records that the listener sends because a session has ended leave in this turn as well.
void LinkManager::end_overfull(base::Time now) {
  for (std::size_t i = 0; i < shared_.to_flush.size(); ++i) {
    Link& each = link(shared_.to_flush[i]);
    if (each.unacked_bytes() < config_.overfull_bytes()) continue;
    each.leave_session(now, Cause::QueueFull);
    fan_out_.seal();
  }
}

void LinkManager::frames(base::Time now, const Frames& frames) {
  const auto decoded = wire::decode_envelope(frames.envelope);
  if (const auto* bad = std::get_if<wire::BadEnvelope>(&decoded)) {
    return drop_envelope(*bad, frames.envelope);
  }
  const auto& e = std::get<wire::Envelope>(decoded);
  if (e.to != config_.self)
    return shared_.drops.count(std::nullopt, DropReason::Stranger, "a message for another node");
  if (e.greeting && !greets_this_grid(e, frames.body)) return;
  if (e.from == config_.self || e.from.value >= links_.size())
    return shared_.drops.count(std::nullopt, DropReason::Stranger,
                               "a message from outside this grid");
  link(e.from).frame(now, e, frames.body);
}

/// False for a greeting that is dropped: bad, or of another grid.
bool LinkManager::greets_this_grid(const wire::Envelope& e, std::string_view body) {
  const auto content = shared_.reader.read(body, e.count, e.from);
  const auto* records = std::get_if<const wire::Records*>(&content);
  const auto hello = records && e.count == 1 ? wire::read_hello((*records)->front().contents)
                                             : std::optional<wire::Hello>();
  if (!hello) {
    shared_.drops.count(std::nullopt, DropReason::Malformed,
                        "a greeting without a valid hello record");
    return false;
  }
  if (hello->nodes == config_.nodes && hello->grid == config_.grid) return true;
  shared_.drops.count(std::nullopt, DropReason::OtherGrid, [&] {
    return fmt::format("a greeting from node {} of another grid: it is in {}, this node is in {}",
                       e.from.value, described(hello->grid, hello->nodes),
                       described(config_.grid, config_.nodes));
  });
  return false;
}

void LinkManager::drop_envelope(wire::BadEnvelope why, std::string_view envelope) {
  if (why != wire::BadEnvelope::Version)
    return shared_.drops.count(std::nullopt, DropReason::Malformed, wire::text_of(why));
  shared_.drops.count(std::nullopt, DropReason::OtherVersion, [envelope] {
    return fmt::format("a message of wire version {}, this node speaks {}",
                       wire::version_of(envelope), wire::kVersion);
  });
}

void LinkManager::peer_up(base::NodeId peer) {
  fan_out_.join(peer);
  up_changed_ = true;
  listener_.peer_up(peer);
}

void LinkManager::peer_ends(base::NodeId peer) {
  fan_out_.leave(peer);
}

void LinkManager::peer_down(base::NodeId peer, const Evidence& evidence) {
  up_changed_ = true;
  listener_.peer_down(peer, evidence);
}

void LinkManager::message(base::NodeId from, std::string_view contents) {
  listener_.message(from, contents);
}

}  // namespace ovid::link
