#include "ovid/sim/network.hpp"

#include <algorithm>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;
using Kind = Event::Kind;
using Condition = Processes::Condition;

/// Messages in flight per connection: both ZeroMQ queues and TCP's buffers together.
constexpr std::size_t kInFlightMax = 64;
/// As net::MeshConfig: limits of an attempt and of its handshake.
constexpr base::Duration kConnectMax = 500ms;
constexpr base::Duration kHandshakeMax = 1000ms;
/// TCP's retransmission after a path opens again comes when it comes (RFC 6298).
constexpr base::Duration kRetransmissionMax = 1000ms;
/// How late what is left of a broken connection may arrive.
constexpr base::Duration kStrayMax = 50ms;

}  // namespace

Network::Network(int nodes, Agenda& agenda, SeededRandom& random, Processes& processes)
    : nodes_(nodes),
      agenda_(agenda),
      random_(random),
      processes_(processes),
      connections_(static_cast<std::size_t>(nodes) * static_cast<std::size_t>(nodes)),
      ready_(static_cast<std::size_t>(nodes)),
      arrived_strays_(static_cast<std::size_t>(nodes)) {}

/// 50 to 150 us, and 1 in 1000 up to 20 ms.
base::Duration Network::latency() {
  const std::uint64_t bits = random_.next();
  if (bits % 1000 == 0) return random_.between(1ms, 20ms);
  return 50us + std::chrono::nanoseconds((bits >> 32) % 100'000);
}

void Network::connect(NodeId from, NodeId to) {
  break_off(from, to, true);
  Connection& c = at(from, to);
  c.state = State::Pending;
  ++c.attempt;
  agenda_.add(agenda_.now() + latency() + latency(), Kind::Outcome, from, to, c.attempt);
}

void Network::outcome(NodeId from, NodeId to, Connection& c) {
  const base::Time begun = agenda_.now();
  if (blocked(from, to) || blocked(to, from)) {
    agenda_.add(begun + kConnectMax, Kind::Unreachable, from, to, c.attempt);
    return;
  }
  const Condition condition = processes_.condition(to);
  if (condition == Condition::Gone || c.refusing) {
    c.state = State::None;
    processes_.report(from, to, Report::Refused);
  } else if (condition == Condition::Stopped) {
    c.state = State::Accepted;
    agenda_.add(begun + kHandshakeMax, Kind::Handshake, from, to, c.attempt);
  } else {
    make(from, to, c);
  }
}

void Network::make(NodeId from, NodeId to, Connection& c) {
  c.state = State::Made;
  c.full = false;
  c.orphan = false;
  c.last_arrival = {};
  processes_.report(from, to, Report::Connected);
}

bool Network::send(NodeId from, NodeId to, const wire::EnvelopeBytes& envelope,
                   const base::Bytes& body) {
  Connection& c = at(from, to);
  if (c.state != State::Made) return false;
  if (c.size() >= kInFlightMax) {
    c.full = true;
    return false;
  }
  c.last_arrival = std::max(c.last_arrival, agenda_.now() + latency());
  c.packets.push_back({c.last_arrival, envelope, body});
  if (c.size() == 1) agenda_.add(c.last_arrival, Kind::Arrival, from, to, c.attempt);
  return true;
}

void Network::ready(NodeId from, NodeId to) {
  Connection& c = at(from, to);
  if (c.orphan || c.ready || c.size() == 0 || blocked(from, to)) return;
  if (c.packets[c.head].arrival > agenda_.now()) {
    agenda_.add(c.packets[c.head].arrival, Kind::Arrival, from, to, c.attempt);
    return;
  }
  c.ready = true;
  ready_[to.value].push_back(from);
  processes_.wake(to);
}

std::optional<Packet> Network::take(NodeId to) {
  auto& strays = arrived_strays_[to.value];
  if (!strays.empty()) {
    Packet packet = std::move(strays.front());
    strays.erase(strays.begin());
    return packet;
  }
  auto& senders = ready_[to.value];
  while (!senders.empty()) {
    const NodeId from = senders.front();
    senders.erase(senders.begin());
    Connection& c = at(from, to);
    c.ready = false;
    if (c.size() == 0 || blocked(from, to) || c.packets[c.head].arrival > agenda_.now()) {
      ready(from, to);
      continue;
    }
    Packet packet = std::move(c.packets[c.head++]);
    if (c.head == c.packets.size()) {
      c.packets.clear();
      c.head = 0;
    } else if (c.head >= kInFlightMax) {
      c.packets.erase(c.packets.begin(), c.packets.begin() + static_cast<std::ptrdiff_t>(c.head));
      c.head = 0;
    }
    if (c.full && c.size() <= kInFlightMax / 2) {
      c.full = false;
      agenda_.add(agenda_.now() + latency(), Kind::Room, from, to, c.attempt);
    }
    ready(from, to);
    return packet;
  }
  return std::nullopt;
}

/// Of what is in flight, a first part may still arrive, late.
void Network::break_off(NodeId from, NodeId to, bool rest_may_arrive) {
  Connection& c = at(from, to);
  if (rest_may_arrive && c.size() > 0 && !c.orphan && !blocked(from, to)) {
    const std::size_t kept = random_.below(c.size() + 1);
    base::Time arrival = agenda_.now();
    for (std::size_t i = 0; i < kept; ++i) {
      arrival += random_.between(0us, kStrayMax / static_cast<int>(kInFlightMax));
      strays_.emplace(++stray_, std::move(c.packets[c.head + i]));
      agenda_.add(arrival, Kind::Stray, from, to, stray_);
    }
  }
  c.packets.clear();
  c.head = 0;
  c.full = false;
  c.orphan = false;
  c.state = State::None;
}

/// The sender learns of the end of its connection when the path lets the reset through.
void Network::tell_reset(NodeId from, NodeId to) {
  Connection& c = at(from, to);
  if (blocked(to, from)) {
    c.orphan = true;
    return;
  }
  agenda_.add(agenda_.now() + latency(), Kind::Reset, from, to, c.attempt);
}

void Network::gone(NodeId node) {
  for (int id = 0; id < nodes_; ++id) {
    const NodeId other{static_cast<std::uint16_t>(id)};
    if (other == node) continue;
    break_off(node, other, true);
    ++at(node, other).attempt;  // nothing that was begun concerns the next incarnation
    Connection& inbound = at(other, node);
    if (inbound.state != State::Made && inbound.state != State::Accepted) continue;
    inbound.packets.clear();
    inbound.head = 0;
    tell_reset(other, node);
  }
  arrived_strays_[node.value].clear();
}

void Network::continued(NodeId node) {
  for (int id = 0; id < nodes_; ++id) {
    const NodeId other{static_cast<std::uint16_t>(id)};
    if (other == node) continue;
    Connection& inbound = at(other, node);
    if (inbound.state == State::Accepted && !inbound.orphan && !blocked(other, node) &&
        !blocked(node, other))
      make(other, node, inbound);
  }
}

void Network::cut(NodeId a, NodeId b) {
  for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
    Connection& c = at(from, to);
    if (c.state != State::Made) continue;
    break_off(from, to, true);
    processes_.report(from, to, Report::Disconnected);
  }
}

void Network::block(NodeId from, NodeId to) {
  ++at(from, to).blocks;
}

void Network::unblock(NodeId from, NodeId to) {
  if (--at(from, to).blocks > 0) return;
  Connection& there = at(from, to);
  if (there.size() > 0) {  // waits for the retransmission
    const base::Time arrival = agenda_.now() + random_.between(1ms, kRetransmissionMax);
    for (std::size_t i = there.head; i < there.packets.size(); ++i)
      there.packets[i].arrival = std::max(there.packets[i].arrival, arrival);
    there.last_arrival = std::max(there.last_arrival, arrival);
    ready(from, to);
  }
  Connection& back = at(to, from);
  if (back.orphan) tell_reset(to, from);
}

void Network::refuse(NodeId from, NodeId to, bool refuse) {
  at(from, to).refusing = refuse;
}

void Network::inject(NodeId to, Packet packet) {
  if (processes_.condition(to) == Condition::Gone) return;
  arrived_strays_[to.value].push_back(std::move(packet));
  processes_.wake(to);
}

void Network::happen(const Event& event) {
  if (event.kind == Kind::Stray) {
    const auto found = strays_.find(event.token);
    if (!blocked(event.a, event.b)) inject(event.b, std::move(found->second));
    strays_.erase(found);
    return;
  }
  Connection& c = at(event.a, event.b);
  if (event.token != c.attempt) return;  // of a connection that is no more
  if (event.kind == Kind::Arrival) {
    ready(event.a, event.b);
  } else if (event.kind == Kind::Room) {
    if (c.state == State::Made) processes_.report(event.a, event.b, Report::Writable);
  } else if (event.kind == Kind::Reset) {
    break_off(event.a, event.b, false);
    processes_.report(event.a, event.b, Report::Disconnected);
  } else if (event.kind == Kind::Outcome) {
    if (c.state == State::Pending) outcome(event.a, event.b, c);
  } else if (event.kind == Kind::Unreachable && c.state == State::Pending) {
    c.state = State::None;
    processes_.report(event.a, event.b, Report::Unreachable);
  } else if (event.kind == Kind::Handshake && c.state == State::Accepted) {
    c.state = State::None;
    processes_.report(event.a, event.b, Report::Disconnected);
  }
}

}  // namespace ovid::sim
