#include "ovid/sim/witness.hpp"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "ovid/observe/text.hpp"

namespace ovid::sim {
namespace {

/// Minimum severity of the events in the trace.
constexpr base::Severity kTraced = base::Severity::Info;

double seconds(base::Time at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

}  // namespace

void Witness::event(Host& host, agent::AgentId agent, const agent::Event& event) {
  const base::Time now = agenda_.now();
  checkers_.contract.event(host, host.clock().local(now), agent, event);
  if (const auto* message = std::get_if<agent::Message>(&event)) {
    mix(4000 + message->contents.size());
    checkers_.sessions.message(host, agent, *message);
  }
  if (agent != agent::AgentId{}) return;  // all agents get the same link events
  if (const auto* up = std::get_if<agent::PeerUp>(&event)) {
    ++changes_;
    mix(1 + up->peer.value);
    checkers_.sessions.peer_up(host, up->peer);
  } else if (const auto* down = std::get_if<agent::PeerDown>(&event)) {
    ++changes_;
    mix(2000 + down->peer.value);
    checkers_.healthy.peer_down(now, host.id(), *down);
    checkers_.sessions.peer_down(host, now, down->peer);
  }
}

void Witness::effect(Host& host, agent::AgentId agent, const agent::Effect& effect) {
  mix(6000 + effect.index());
  checkers_.contract.effect(host, host.clock().local(agenda_.now()), agent, effect);
  if (const auto* send = std::get_if<agent::Send>(&effect))
    checkers_.sessions.offered(host, agent, *send);
  const auto* crash = std::get_if<agent::CrashNode>(&effect);
  if (crash && crash->how == agent::Crash::WhenSent) checkers_.sessions.leaves(host.id());
}

void Witness::promise_broken(Host& host, agent::AgentId agent, const std::string& what) {
  checkers_.findings.broken(
      fmt::format("node {}, agent {}: {}", host.id().value, agent.value, what));
}

void Witness::ends(Host& host) {
  if (checkers_.contract.crashed(host) == agent::Crash::WhenSent)
    checkers_.farewells.ends(host, host.clock().local(agenda_.now()));
}

void Witness::killed_inside_turn(Host& host, const Unfinished& unfinished) {
  mix(7000 + unfinished.kept);
  killed_.push_back({host.id(), host.life(), unfinished});
  if (!trace_) return;
  tell(fmt::format(
      "node {} is killed inside a turn, when {}: {} of {} unsynced values are kept, {} messages "
      "and {} replies do not leave",
      host.id().value, text_of(unfinished.moment), unfinished.kept, unfinished.unsynced,
      unfinished.messages, unfinished.replies));
}

void Witness::reply(Host& host, const base::Rope& text) {
  if (!trace_) return;
  std::string line = base::flatten(text);
  if (line.ends_with('\n')) line.pop_back();
  trace(fmt::format("{:.6f} node {} says: {}", seconds(agenda_.now()), host.id().value, line));
}

observe::Kinds Witness::kinds() const {
  return StreamChecker::kKinds | (trace_ ? observe::Kinds::at_least(kTraced) : observe::Kinds());
}

void Witness::happened(Host& host, const observe::Event& event) {
  checkers_.streams.happened(host.id(), event);
  if (!trace_ || observe::severity_of(event) < kTraced || !observe::is_worth_a_line(event)) return;
  const auto peer = observe::peer_of(event);
  trace(fmt::format("{:.6f} node {}{} {}", seconds(agenda_.now()), host.id().value,
                    peer ? fmt::format(" peer {}", peer->value) : "", observe::text_of(event)));
}

void Witness::packet(Host& host, const Packet& packet) {
  std::uint64_t words[wire::kEnvelopeBytes / 8];
  std::memcpy(words, packet.envelope.data(), sizeof words);
  mix(host.id().value ^ words[0]);
  for (const std::uint64_t word : {words[1], words[4], words[6], words[7]}) mix(word);
}

void Witness::mix(std::uint64_t value) {
  const auto now = static_cast<std::uint64_t>(agenda_.now().time_since_epoch().count());
  hash_ = (hash_ ^ value ^ (now << 20)) * 0x9e3779b97f4a7c15;
  hash_ ^= hash_ >> 29;
}

void Witness::trace(const std::string& line) {
  if (trace_) trace_(line);
}

void Witness::tell(std::string_view what) {
  trace(fmt::format("{:.6f} {}", seconds(agenda_.now()), what));
}

}  // namespace ovid::sim
