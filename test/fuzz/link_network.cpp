#include "link_network.hpp"

#include <utility>

namespace ovid::fuzz {
namespace {

using base::NodeId;
using link::Report;
using Kind = sim::Event::Kind;

sim::Traits traits() {
  sim::Traits traits;
  traits.latency_min = traits.latency_max = base::Duration{};
  return traits;
}

bool is_end(Report what) {
  return what == Report::Refused || what == Report::Disconnected;
}

}  // namespace

Network::Network(base::Time start) : network_(kNodes, traits(), agenda_, random_, *this) {
  agenda_.advance(start);
}

/// The input decides when an attempt fails: its limits are 0.
void Network::connect(NodeId from, NodeId to) {
  at(from, to) = {};
  network_.connect(from, to, {});
  pass(now());
}

bool Network::send(NodeId from, NodeId to, const wire::EnvelopeBytes& envelope,
                   const base::Bytes& body) {
  const bool taken = network_.send(from, to, envelope, body);
  pass(now());
  return taken;
}

std::optional<Report> Network::due(NodeId from, NodeId to, bool open) const {
  const Path& path = at(from, to);
  if (path.attempt) return open ? Report::Connected : Report::Refused;
  if (path.report) return path.report;
  return path.room ? std::optional(Report::Writable) : std::nullopt;
}

std::optional<Report> Network::let(NodeId from, NodeId to, Report what) {
  Path& path = at(from, to);
  if (path.report && !is_end(what)) return std::nullopt;
  if (what == Report::Writable) {
    if (path.room) network_.happen(*std::exchange(path.room, std::nullopt));
  } else if (path.attempt) {
    decide(from, to, what);
  } else if (is_end(what)) {
    network_.refuse(from, to, what == Report::Refused);
    network_.end(from, to, false);
    network_.refuse(from, to, false);
  }
  return std::exchange(path.report, std::nullopt);
}

/// Decides an attempt that has no outcome yet. For a moment, the peer and the path to it are set so
/// that the network itself produces this outcome.
void Network::decide(NodeId from, NodeId to, Report outcome) {
  if (outcome == Report::Unreachable) network_.block(from, to);
  if (outcome == Report::Disconnected) condition_ = Condition::Stopped;
  network_.refuse(from, to, outcome == Report::Refused);
  network_.happen(*std::exchange(at(from, to).attempt, std::nullopt));
  pass(now());
  network_.refuse(from, to, false);
  condition_ = Condition::Running;
  if (outcome == Report::Unreachable) network_.unblock(from, to);
}

void Network::lose(NodeId from, NodeId to) {
  network_.end(from, to, false);
}

void Network::restart(NodeId node) {
  for (std::uint16_t i = 0; i < kNodes; ++i) at(node, {i}) = {};
  network_.gone(node);
  pass(now());
}

void Network::bound(NodeId from, NodeId to, std::size_t in_flight_max) {
  network_.bound(from, to, in_flight_max);
  pass(now());
}

std::optional<sim::Packet> Network::take(NodeId from, NodeId to) {
  auto packet = network_.take(from, to);
  pass(now());
  return packet;
}

std::optional<sim::Packet> Network::take(NodeId to) {
  auto packet = network_.take(to);
  pass(now());
  return packet;
}

void Network::report(NodeId node, NodeId peer, Report what) {
  if (is_end(what)) at(node, peer).room.reset();
  at(node, peer).report = what;
}

/// Lets time pass. Events that need no decision happen at their time. Events that the input decides
/// upon (outcomes of attempts, and room for more messages) are kept for later.
void Network::pass(base::Time until) {
  while (agenda_.next() <= until) {
    const sim::Event event = agenda_.pop();
    if (event.kind == Kind::Outcome)
      at(event.a, event.b).attempt = event;
    else if (event.kind == Kind::Room)
      at(event.a, event.b).room = event;
    else
      network_.happen(event);
  }
  agenda_.advance(until);
}

}  // namespace ovid::fuzz
