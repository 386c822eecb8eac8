#include "link_world.hpp"

#include <algorithm>

namespace ovid::fuzz {
namespace {

using Report = Node::Report;
using Connection = Node::Connection;

constexpr std::size_t kHistoryMax = 512;
/// Silence limit after delays, a connection that was mute again and again, the longest pause before
/// an attempt, and more.
constexpr base::Duration kRecovery = 11s;
constexpr base::Duration kAcknowledged = 700ms;  // two pings, and more
constexpr base::Duration kStep = 100us;

std::string_view view_of(const wire::EnvelopeBytes& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

World::World(int managers, std::size_t unacked_bytes_max, bool talkative)
    : managers_(managers), unacked_bytes_max_(unacked_bytes_max), talkative_(talkative) {
  for (std::uint16_t id = 0; id < managers; ++id) start({id});
}

void World::start(base::NodeId id) {
  link::Config config;
  config.self = id;
  config.nodes = kNodes;
  config.unacked_bytes_max = unacked_bytes_max_;
  nodes_[id.value] = std::make_unique<Node>(*this, config, ++lives_, talkative_);
}

void World::restart(base::NodeId id) {
  nodes_[id.value].reset();
  for (const auto& other : nodes_)
    if (other) other->lose(id);
  for (auto& [ends, count] : arrived_)
    if (ends.first == id) count = 0;
  start(id);
}

// ---- Frames

void World::said(const Frame& frame) {
  auto& history = history_[frame.envelope.to.value];
  if (history.size() < kHistoryMax) history.push_back(frame);
}

const Frame* World::said_to(base::NodeId to, std::size_t which) const {
  const auto& history = history_[to.value];
  return history.empty() ? nullptr : &history[history.size() - 1 - which % history.size()];
}

void World::deliver(base::NodeId from, base::NodeId to, std::size_t count) {
  for (; count > 0; --count) {
    auto& flight = node(from).peer(to).flight;
    if (flight.empty()) return;
    const Frame frame = std::move(flight.front());
    flight.pop_front();
    if (runs(to)) node(to).receive(view_of(wire::encode(frame.envelope)), frame.body.view());
  }
}

void World::replay(base::NodeId to, std::size_t which) {
  const Frame* said = said_to(to, which);
  if (said == nullptr) return;
  replayed_ = true;
  const Frame frame = *said;
  node(to).receive(view_of(wire::encode(frame.envelope)), frame.body.view());
}

/// Who does not know a node's secret has no influence on who is up and what is heard.
void World::forge(base::NodeId to, const Frame& frame) {
  const wire::Envelope& e = frame.envelope;
  const wire::EnvelopeBytes bytes = wire::encode(e);
  if (!node(to).drew(e.to_epoch.value))
    return check_unmoved_by(to, view_of(bytes), frame.body.view());
  secrets_used_ = true;
  forged_.insert(key(e.from, to, e.from_epoch, e.to_epoch));
  node(to).receive(view_of(bytes), frame.body.view());
}

void World::garbage(base::NodeId to, std::string_view envelope, std::string_view body) {
  if (std::holds_alternative<wire::Envelope>(wire::decode_envelope(envelope)))
    return forge(to, {std::get<wire::Envelope>(wire::decode_envelope(envelope)),
                      base::Bytes::of(std::string(body))});
  const std::uint64_t actions = node(to).actions;
  check_unmoved_by(to, envelope, body);
  check(node(to).actions == actions, "garbage is not answered");
}

void World::check_unmoved_by(base::NodeId to, std::string_view envelope, std::string_view body) {
  const Node& node = this->node(to);
  const std::uint64_t transitions = node.transitions;
  const std::uint64_t delivered = node.delivered;
  const std::uint64_t actions = node.actions;
  this->node(to).receive(envelope, body);
  check(node.transitions == transitions, "nobody is up or down because of a stranger");
  check(node.delivered == delivered, "no stranger's message is delivered");
  check(node.actions <= actions + 1, "a stranger gets one answer at most");
}

// ---- Records

void World::offered(base::NodeId from, base::NodeId to, const link::SessionName& session,
                    Record record) {
  sent_[key(from, to, session.mine, session.peer)].push_back(record);
}

void World::check_delivery(base::NodeId from, base::NodeId to, const link::SessionName& session,
                           std::uint64_t k, std::string_view contents) {
  ++arrived_[{from, to}];
  const Key name = key(from, to, session.peer, session.mine);
  if (forged_.contains(name)) return;
  const auto& sent = sent_[name];
  check(k < sent.size(), "only what was sent in a session arrives in it");
  check(contents == sent[k].text(), "records arrive once, in order, without a gap");
}

// ---- An honest network

void World::run(base::Duration duration) {
  const base::Time end = now + duration;
  while (now < end) {
    bool busy = false;
    base::Time deadline = end;
    for (const auto& each : nodes_)
      if (each) busy = serve(*each) || busy;
    for (const auto& each : nodes_) {
      if (!each) continue;
      each->turn();
      deadline = std::min(deadline, each->links().deadline());
    }
    now = busy ? now + kStep : std::max(deadline, now + kStep);
  }
  for (const auto& each : nodes_)
    if (each) each->turn();
}

/// What is due to be reported to a node, and all that is on its way from it. False if nothing was.
bool World::serve(Node& node) {
  bool busy = false;
  for (std::uint16_t i = 0; i < kNodes; ++i) {
    const base::NodeId id{i};
    if (id == node.self) continue;
    Node::Peer& p = node.peer(id);
    if (!runs(id)) node.lose(id);
    busy = busy || p.full || !p.flight.empty() || p.connection == Connection::Pending ||
           p.connection == Connection::Lost;
    if (p.connection == Connection::Lost)
      node.report(id, Report::Disconnected);
    else if (p.connection == Connection::Pending)
      node.report(id, runs(id) ? Report::Connected : Report::Refused);
    deliver(node.self, id, p.flight.size());
    p.room = 64;
    if (p.full) node.report(id, Report::Writable);
  }
  return busy;
}

void World::check_recovers() {
  if (!secrets_used_ && managers_ == 2)
    for (std::uint16_t i = 0; i < 2; ++i)
      check(node({i}).links().ledger({static_cast<std::uint16_t>(1 - i)}).acknowledged <=
                arrived_[{{i}, {static_cast<std::uint16_t>(1 - i)}}],
            "acknowledged is what has arrived");
  run(kRecovery);
  if (managers_ < 2) return check(!node({0}).peer({1}).up, "who refuses is down");
  Node& a = node({0});
  Node& b = node({1});
  check(a.peer(b.self).up && b.peer(a.self).up, "on an honest network everybody is up");
  const link::SessionName name = b.peer(a.self).session;
  check(a.peer(b.self).session == link::SessionName{name.peer, name.mine}, "in the same session");
  const std::uint64_t before = b.delivered;
  a.send(b.self, 10);
  b.broadcast(10);
  run(kAcknowledged);
  check(b.delivered > before, "what is sent arrives");
  check(a.links().ledger(b.self).unacknowledged == 0, "what arrives is acknowledged");
  check(b.links().ledger(a.self).unacknowledged == 0, "in both directions");
}

}  // namespace ovid::fuzz
