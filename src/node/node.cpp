#include "ovid/node/node.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/cannot_start.hpp"
#include "ovid/base/match.hpp"
#include "ovid/node/sources.hpp"

namespace ovid::node {
Node::Node(const link::Config& config, std::vector<Hosted> agents, const Services& services)
    : config_(config),
      services_(services),
      links_(config, services.transport, services.random, services.stream, *this),
      routes_(config.self, agents.size(), links_, services.stream),
      effects_(services, routes_, links_) {
  seats_.reserve(agents.size());
  for (Hosted& each : agents) {
    seats_.emplace_back(agent::AgentId{static_cast<std::uint16_t>(seats_.size())}, std::move(each),
                        config.nodes, effects_);
    if (seats_.back().needs_store() && !services_.store)
      throw base::CannotStart(
          fmt::format("agent {} needs a store, and this node has none", seats_.back().name()));
  }
}

void Node::begin(base::Time now) {
  effects_.begin(now);
  for (Seat& seat : seats_) {
    agent::Start start{{config_.self, seat.id()}, config_.nodes, std::nullopt};
    Recovery recovery;
    if (services_.store) {
      recovery = services_.store->recover(seat.id());
      start.recovered = agent::Recovered{recovery.checkpoint, recovery.appended};
    }
    seat.step(start);
  }
  if (effects_.life() != Life::Ended) links_.start(now);
  end_turn();
}

void Node::turn(base::Time now, Sources& sources) {
  take(TurnBegins{now});
  sources.give_reports(*this);
  // While a node leaves, it waits for messages of its peers.
  if (!routes_.is_behind() || !effects_.obeys()) sources.give_messages(*this);
  sources.give_lines(*this);
  take(TurnEnds{});
}

void Node::take(const Input& input) {
  if (services_.inputs) services_.inputs->read(input);
  if (effects_.life() == Life::Ended) return;
  std::visit(base::Match{
                 [this](const Starts& e) { begin(e.now); },
                 [this](const TurnBegins& e) { begin_turn(e.now); },
                 [this](const Reported& e) { links_.report(effects_.now(), e.peer, e.what); },
                 [this](const Arrived& e) { links_.frames(effects_.now(), e.frames); },
                 [this](const Said& e) { hear_line(e); },
                 [this](const Left& e) {
                   if (e.from.value < seats_.size())
                     seats_[e.from.value].step(agent::ClientGone{e.client});
                 },
                 [this](const TurnEnds&) { end_turn(); },
             },
             input);
}

void Node::begin_turn(base::Time now) {
  effects_.begin(now);
  links_.turn_begins(now);
  deliver_local();
}

/// The effects of these steps belong to this turn; messages to the own node to the next one.
void Node::deliver_local() {
  for (std::size_t left = routes_.local_due(); left > 0; --left)
    if (const auto message = routes_.take_local())
      seats_[message->to.value].step(agent::Message{message->from, message->contents});
}

void Node::end_turn() {
  for (Seat& seat : seats_) seat.fire_timers();
  if (effects_.life() != Life::Ended) links_.settle(effects_.now());
  effects_.leave();
}

base::Time Node::deadline() const {
  if (routes_.has_local() && effects_.obeys()) return effects_.now();
  base::Time deadline = std::min(links_.deadline(), effects_.deadline());
  for (const Seat& seat : seats_) deadline = std::min(deadline, seat.deadline());
  return deadline;
}

void Node::hear_line(const Said& said) {
  if (!effects_.obeys()) return;
  if (services_.stream.wants<observe::LineRead>())
    services_.stream.tell(observe::LineRead{said.client, std::string(said.text)});
  if (said.text == "ledger") return effects_.reply(said.client, {base::Bytes::of(ledger_line())});
  if (said.to.value < seats_.size())
    seats_[said.to.value].step(agent::Line{said.client, said.text});
}

/// `ledger 1:offered=9,acknowledged=7,unacknowledged=0,fate_unknown=2 2:...`
std::string Node::ledger_line() const {
  std::string line = "ledger";
  for (int id = 0; id < config_.nodes; ++id) {
    const base::NodeId peer{static_cast<std::uint16_t>(id)};
    if (peer == config_.self) continue;
    const link::Ledger ledger = links_.state(peer).ledger;
    fmt::format_to(std::back_inserter(line),
                   " {}:offered={},acknowledged={},unacknowledged={},fate_unknown={}", id,
                   ledger.offered, ledger.acknowledged, ledger.unacknowledged, ledger.fate_unknown);
  }
  return line += '\n';
}

void Node::step_all(const agent::Event& event) {
  for (Seat& seat : seats_) seat.step(event);
}

void Node::peer_up(base::NodeId peer) {
  step_all(agent::PeerUp{peer});
}

void Node::peer_down(base::NodeId peer, const link::Evidence& evidence) {
  step_all(agent::PeerDown{peer, evidence.cause});
}

void Node::message(base::NodeId from, std::string_view contents) {
  if (seats_.size() == 1) {
    // The usual case, made in place: a copy of what was written in parts just before waits for the
    // processor's store buffer.
    agent::Event event(std::in_place_type<agent::Message>);
    auto& message = *std::get_if<agent::Message>(&event);
    message.from.node = from;
    message.contents = contents;
    return seats_.front().step(event);
  }
  if (const auto arrival = routes_.arrived(from, contents))
    seats_[arrival->to.value].step(agent::Message{arrival->from, arrival->contents});
}

}  // namespace ovid::node
