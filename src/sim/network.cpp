#include "ovid/sim/network.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;
using Kind = Event::Kind;
using Condition = Processes::Condition;

/// Maximum time after the end of a connection in which its last messages may still arrive.
constexpr base::Duration kStrayMax = 50ms;

}  // namespace

Network::Network(int nodes, const Traits& traits, Agenda& agenda, SeededRandom& random,
                 Processes& processes)
    : nodes_(nodes),
      traits_(traits),
      agenda_(agenda),
      random_(random),
      processes_(processes),
      connections_(static_cast<std::size_t>(nodes) * static_cast<std::size_t>(nodes)),
      ready_(static_cast<std::size_t>(nodes)),
      arrived_strays_(static_cast<std::size_t>(nodes)),
      tampering_(random),
      again_(static_cast<std::size_t>(nodes)) {
  if (traits.path.perfect()) return;
  for (std::uint16_t from = 0; from < nodes; ++from)
    for (std::uint16_t to = 0; to < nodes; ++to) quality({from}, {to}, traits.path);
}

base::Duration Network::latency() {
  if (traits_.latency_min == traits_.latency_max) return traits_.latency_min;
  const std::uint64_t bits = random_.next();
  if (bits % 1000 == 0) {
    rare_at_ = agenda_.now();
    return random_.between(1ms, traits_.rare_latency_max);
  }
  const auto width =
      static_cast<std::uint64_t>((traits_.latency_max - traits_.latency_min).count());
  return traits_.latency_min + std::chrono::nanoseconds((bits >> 32) % width);
}

void Network::connect(NodeId from, NodeId to, const link::AttemptLimits& limits) {
  break_off(from, to, true);
  const base::Time now = agenda_.now();
  Connection& c = at(from, to);
  c.begin(now, limits);
  const base::Duration longer = poor_paths_.connecting(from, to, now, random_);
  if (longer > c.connect_max)
    return agenda_.add(now + c.connect_max, Kind::Unreachable, from, to, c.attempt);
  agenda_.add(now + longer + latency() + latency(), Kind::Outcome, from, to, c.attempt);
}

void Network::outcome(NodeId from, NodeId to, Connection& c) {
  if (!open(from, to)) return try_later(from, to, c);
  const Condition condition = processes_.condition(to);
  if (condition == Condition::Gone || c.refusing) {
    c.state = State::None;
    return processes_.report(from, to, Report::Refused);
  }
  if (condition == Condition::Stopped)
    return shake_hands(from, to, State::Accepted, base::Duration::max());
  const base::Duration longer = poor_paths_.shaking_hands(from, to, agenda_.now(), random_);
  longer == 0s ? make(from, to, c) : shake_hands(from, to, State::Greeting, longer);
}

/// The request to connect has found the path blocked. A later one may not.
void Network::try_later(NodeId from, NodeId to, const Connection& c) {
  const base::Time repeat = next_request(c.last_arrival, agenda_.now());
  const base::Time end = std::max(c.last_arrival + c.connect_max, agenda_.now());
  agenda_.add(std::min(repeat, end), repeat < end ? Kind::Outcome : Kind::Unreachable, from, to,
              c.attempt);
}

void Network::shake_hands(NodeId from, NodeId to, State state, base::Duration takes) {
  Connection& c = at(from, to);
  c.state = state;
  const base::Duration max = c.handshake_max;
  agenda_.add(agenda_.now() + std::min(takes, max), takes <= max ? Kind::Outcome : Kind::Handshake,
              from, to, c.attempt);
}

/// The path is open again. TCP repeats the bytes of a handshake that were lost meanwhile.
void Network::shake_hands_again(NodeId from, NodeId to) {
  const Connection& c = at(from, to);
  if (c.state != State::Accepted || c.orphan || !open(from, to)) return;
  if (processes_.condition(to) == Condition::Running)
    shake_hands(from, to, State::Greeting, random_.between(1ms, traits_.retransmission_max));
}

/// The handshake has arrived. If the process is stopped by now or the path blocked, it waits again.
void Network::greeted(NodeId from, NodeId to, Connection& c) {
  if (processes_.condition(to) == Condition::Running && open(from, to)) return make(from, to, c);
  shake_hands(from, to, State::Accepted, base::Duration::max());
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
  if (c.packets.size() >= in_flight_max(from, to)) {
    c.full = true;
    return false;
  }
  if (c.poor && queue_full(from, to)) return false;
  if (!held_paths_.concern(from, to)) {
    post(from, to, envelope, body, arrival(from, to, envelope.size() + body.size()));
    return true;
  }
  const Hold::Message passes = held_paths_.keep(from, to, envelope, body);
  post(from, to, passes.envelope, passes.body,
       arrival(from, to, passes.envelope.size() + passes.body.size()));
  flow(from, to);
  return true;
}

/// When a message that is sent now arrives.
base::Time Network::arrival(NodeId from, NodeId to, std::size_t bytes) {
  const base::Time now = agenda_.now();
  const base::Duration usual = latency();
  Connection& c = at(from, to);
  if (!c.poor) return now + usual;
  PoorPath& path = *poor_paths_.find(from, to);
  const base::Duration back = poor_paths_.one_way(to, from, now) + usual;
  const base::Time arrives = path.send(now, bytes, usual, back, random_);
  if (path.sooner().empty() || c.packets.empty()) return arrives;
  c.last_arrival = c.packets.arrive_sooner(path.sooner());
  ready(from, to);
  return arrives;
}

bool Network::queue_full(NodeId from, NodeId to) {
  PoorPath& path = *poor_paths_.find(from, to);
  if (!path.full(agenda_.now())) return false;
  if (const auto room_at = path.ask_for_room())
    agenda_.add(*room_at, Kind::Room, from, to, at(from, to).attempt);
  return true;
}

void Network::post(NodeId from, NodeId to, const wire::EnvelopeBytes& envelope,
                   const base::Bytes& body, base::Time arrival) {
  Connection& c = at(from, to);
  c.last_arrival = std::max(c.last_arrival, arrival);
  if (c.packets.empty()) agenda_.add(c.last_arrival, Kind::Arrival, from, to, c.attempt);
  flights_.add(c.packets, c.last_arrival, envelope, body);
}

void Network::ready(NodeId from, NodeId to) {
  Connection& c = at(from, to);
  if (c.orphan || c.ready || c.packets.empty() || blocked(from, to)) return;
  if (c.packets.front().arrival > agenda_.now())
    return agenda_.add(c.packets.front().arrival, Kind::Arrival, from, to, c.attempt);
  c.ready = true;
  ready_[to.value].push_back(from);
  processes_.wake(to);
}

std::optional<Packet> Network::take(NodeId to) {
  std::optional<Packet>& again = again_[to.value];
  if (again) return std::exchange(again, std::nullopt);
  std::optional<Packet> packet = next(to);
  if (!packet) return std::nullopt;
  tampering_.maybe_damage(*packet);
  if (tampering_.twice()) again = packet;
  return packet;
}

std::optional<Packet> Network::next(NodeId to) {
  auto& strays = arrived_strays_[to.value];
  if (!strays.empty()) return strays.pop_front();
  auto& senders = ready_[to.value];
  while (!senders.empty()) {
    const NodeId from = senders.pop_front();
    Connection& c = at(from, to);
    c.ready = false;
    if (c.packets.empty() || blocked(from, to) || c.packets.front().arrival > agenda_.now()) {
      ready(from, to);
      continue;
    }
    Packet packet = pop(from, to);
    ready(from, to);
    return packet;
  }
  return std::nullopt;
}

std::optional<Packet> Network::take(NodeId from, NodeId to) {
  const Connection& c = at(from, to);
  if (c.orphan || c.packets.empty() || blocked(from, to)) return std::nullopt;
  return pop(from, to);
}

/// Takes the first packet in flight. Records that may pass can then follow.
Packet Network::pop(NodeId from, NodeId to) {
  Connection& c = at(from, to);
  Packet packet = flights_.take(c.packets);
  tell_room(from, to);
  if (held_paths_.concern(from, to)) flow(from, to);
  return packet;
}

/// Reports Room if the connection was full and is now at most half full.
void Network::tell_room(NodeId from, NodeId to) {
  Connection& c = at(from, to);
  if (!c.full) return;
  const std::size_t max = in_flight_max(from, to);
  if (c.packets.size() >= max || c.packets.size() > max / 2) return;
  c.full = false;
  agenda_.add(agenda_.now() + latency(), Kind::Room, from, to, c.attempt);
}

/// Ends the connection. If `rest_may_arrive`, the first ones of the packets in flight may still
/// arrive later, as strays.
void Network::break_off(NodeId from, NodeId to, bool rest_may_arrive) {
  Connection& c = at(from, to);
  if (rest_may_arrive && !c.packets.empty() && !c.orphan && !blocked(from, to)) {
    const std::size_t kept = random_.below(c.packets.size() + 1);
    base::Time arrival = agenda_.now();
    for (std::size_t i = 0; i < kept; ++i) {
      arrival += random_.between(0us, kStrayMax / static_cast<int>(traits_.in_flight_max));
      if (c.poor) arrival = std::max(arrival, c.packets.front().arrival);
      strays_.emplace(++stray_, flights_.take(c.packets));
      agenda_.add(arrival, Kind::Stray, from, to, stray_);
    }
  }
  lose(from, to);
  c.full = false;
  c.orphan = false;
  c.state = State::None;
}

/// The sender learns of the end of its connection as soon as the path lets the reset through.
void Network::tell_reset(NodeId from, NodeId to) {
  Connection& c = at(from, to);
  if (blocked(to, from)) {
    c.orphan = true;
    return;
  }
  const base::Time now = agenda_.now();
  agenda_.add(now + latency() + poor_paths_.one_way(to, from, now), Kind::Reset, from, to,
              c.attempt);
}

void Network::gone(NodeId node) {
  for (int id = 0; id < nodes_; ++id) {
    const NodeId other{static_cast<std::uint16_t>(id)};
    if (other == node) continue;
    break_off(node, other, true);
    ++at(node, other).attempt;  // events of earlier attempts must not concern the next incarnation
    Connection& inbound = at(other, node);
    if (inbound.state == State::None || inbound.state == State::Pending) continue;
    if (inbound.state == State::Greeting) inbound.state = State::Accepted;
    lose(other, node);
    tell_reset(other, node);
  }
  arrived_strays_[node.value].clear();
  again_[node.value].reset();
}

void Network::continued(NodeId node) {
  for (int id = 0; id < nodes_; ++id) {
    const NodeId other{static_cast<std::uint16_t>(id)};
    if (other == node) continue;
    Connection& inbound = at(other, node);
    if (inbound.state == State::Accepted && !inbound.orphan && open(other, node))
      make(other, node, inbound);
  }
}

void Network::end(NodeId from, NodeId to, bool rest_may_arrive) {
  if (!connected(from, to)) return;
  break_off(from, to, rest_may_arrive);
  tell_end(from, to);
}

/// Reports the end of a made connection. If the port refuses connections, the report is mostly
/// Refused, because net::Mesh probes the port at once. Sometimes the probe is too early or its
/// answer is late: then it is Disconnected.
void Network::tell_end(NodeId from, NodeId to) {
  const bool refuses = processes_.condition(to) == Condition::Gone || at(from, to).refusing;
  const bool asked = refuses && open(from, to) && random_.chance(3, 4);
  processes_.report(from, to, asked ? Report::Refused : Report::Disconnected);
}

void Network::unblock(NodeId from, NodeId to) {
  if (--at(from, to).blocks > 0) return;
  Connection& there = at(from, to);
  if (!there.packets.empty()) {  // the packets wait for the retransmission
    const base::Time arrival = agenda_.now() + random_.between(1ms, traits_.retransmission_max);
    there.packets.for_each([&](Packet& each) { each.arrival = std::max(each.arrival, arrival); });
    there.last_arrival = std::max(there.last_arrival, arrival);
    ready(from, to);
  }
  Connection& back = at(to, from);
  if (back.orphan) tell_reset(to, from);
  shake_hands_again(from, to);
  shake_hands_again(to, from);
}

void Network::release(NodeId from, NodeId to) {
  held_paths_.release(from, to);
  flow(from, to);
}

std::size_t Network::deliver(NodeId from, NodeId to, std::size_t count, const Hold::Sent& sent) {
  if (held(from, to) == 0) return 0;
  const std::size_t let = held_paths_.let(from, to, count, sent);
  Connection& c = at(from, to);
  c.packets.for_each([&](Packet& each) { each.arrival = std::min(each.arrival, agenda_.now()); });
  c.last_arrival = std::min(c.last_arrival, agenda_.now());
  poor_paths_.clear(from, to);
  flow(from, to);
  ready(from, to);
  return let;
}

bool Network::delivering(NodeId from, NodeId to) const {
  const Connection& c = at(from, to);
  if (c.orphan || c.packets.empty() || blocked(from, to)) return false;
  return c.packets.front().arrival <= agenda_.now() || held_paths_.may_pass(from, to);
}

/// Sends the records that may pass, as many as the connection takes now. On a path that is still
/// held, these are the delivered ones (deliver), which arrive at once.
void Network::flow(NodeId from, NodeId to) {
  while (at(from, to).packets.size() < in_flight_max(from, to)) {
    const std::optional<Hold::Message> record = held_paths_.take(from, to);
    if (!record) return;
    post(from, to, record->envelope, record->body,
         held_paths_.holds(from, to)
             ? agenda_.now()
             : arrival(from, to, record->envelope.size() + record->body.size()));
  }
}

/// Drops the packets in flight and the held records.
void Network::lose(NodeId from, NodeId to) {
  flights_.clear(at(from, to).packets);
  held_paths_.lose(from, to);
  if (at(from, to).poor) poor_paths_.clear(from, to);
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
  if (event.token != c.attempt) return;  // the event belongs to an earlier attempt
  if (event.kind == Kind::Arrival) {
    ready(event.a, event.b);
  } else if (event.kind == Kind::Room) {
    if (PoorPath* path = poor_paths_.find(event.a, event.b)) path->has_room();
    if (c.state == State::Made) processes_.report(event.a, event.b, Report::Writable);
  } else if (event.kind == Kind::Reset) {
    if (c.state == State::None) return;  // its end was reported already
    const bool made = c.state == State::Made;
    break_off(event.a, event.b, false);
    made ? tell_end(event.a, event.b) : processes_.report(event.a, event.b, Report::Disconnected);
  } else if (event.kind == Kind::Outcome) {
    if (c.state == State::Pending)
      outcome(event.a, event.b, c);
    else if (c.state == State::Greeting)
      greeted(event.a, event.b, c);
  } else if (event.kind == Kind::Unreachable && c.state == State::Pending) {
    c.state = State::None;
    processes_.report(event.a, event.b, Report::Unreachable);
  } else if (event.kind == Kind::Handshake &&
             (c.state == State::Accepted || c.state == State::Greeting)) {
    c.state = State::None;
    processes_.report(event.a, event.b, Report::Disconnected);
  }
}

}  // namespace ovid::sim
