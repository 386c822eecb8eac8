#include "ovid/node/node.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/cannot_start.hpp"
#include "ovid/base/check.hpp"
#include "ovid/base/match.hpp"
#include "ovid/node/address_prefix.hpp"
#include "ovid/wire/body.hpp"
#include "ovid/wire/master_line.hpp"

namespace ovid::node {
namespace {

/// Messages to agents of the same node that are delivered in one turn.
constexpr std::size_t kLocalPerTurn = 64;

static_assert(agent::kContentsBytesMax == wire::kLineBytesMax + agent::kHeaderBytesMax);
static_assert(agent::kContentsBytesMax + kAddressPrefixBytesMax <= wire::kContentsBytesMax);

}  // namespace

Node::Node(const link::Config& config, std::vector<Hosted> agents, const Services& services)
    : config_(config),
      services_(services),
      links_(config, services.transport, services.random, services.stream, *this),
      misaddressed_(services.stream) {
  base::check(!agents.empty() && agents.size() <= kAgentsMax, "agents of a node");
  seats_.reserve(agents.size());
  alone_ = agents.size() == 1;
  for (Hosted& each : agents) {
    seats_.emplace_back(agent::AgentId{static_cast<std::uint16_t>(seats_.size())}, std::move(each),
                        static_cast<SeatServices&>(*this), obeys_);
    if (seats_.back().needs_store() && !services_.store)
      throw base::CannotStart(
          fmt::format("agent {} needs a store, and this node has none", seats_.back().name()));
  }
}

void Node::begin(base::Time now) {
  now_ = now;
  for (Seat& seat : seats_) {
    agent::Start start{{config_.self, seat.id()}, config_.nodes, std::nullopt};
    Recovery recovery;
    if (services_.store) {
      recovery = services_.store->recover(seat.id());
      start.recovered = agent::Recovered{recovery.checkpoint, recovery.appended};
    }
    seat.step(start);
  }
  if (life_ != Life::Ended) links_.start(now);
  end_turn();
}

void Node::turn(base::Time now, Sources& sources) {
  take(TurnBegins{now});
  sources.give_reports(*this);
  sources.give_messages(*this);
  sources.give_lines(*this);
  take(TurnEnds{});
}

void Node::take(const Input& input) {
  if (services_.inputs) services_.inputs->read(input);
  if (life_ == Life::Ended) return;
  std::visit(base::Match{
                 [this](const Starts& e) { begin(e.now); },
                 [this](const TurnBegins& e) { begin_turn(e.now); },
                 [this](const Reported& e) { links_.report(now_, e.peer, e.what); },
                 [this](const Arrived& e) { links_.frames(now_, e.frames); },
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
  now_ = now;
  links_.turn_begins(now);
  deliver_local();
}

/// What an agent does in these steps is of this turn; what it says to its own node is of the next.
void Node::deliver_local() {
  for (std::size_t left = std::min(local_.size(), kLocalPerTurn); left > 0; --left) {
    const LocalMessage message = std::move(local_.front());
    local_.pop_front();
    deliver({config_.self, message.from}, message.to, message.contents);
  }
}

/// The order in which things leave is the contract's (agent/effects.hpp).
void Node::end_turn() {
  for (Seat& seat : seats_) seat.fire_timers();
  if (life_ != Life::Ended) links_.settle(now_);
  if (life_ == Life::Ended) return;
  if (std::exchange(unsynced_, false)) services_.store->sync();
  links_.flush();
  services_.outside.send_replies();
  if (life_ == Life::Leaves && !links_.owed()) end(Life::Ended);
}

base::Time Node::deadline() const {
  if (!local_.empty() && life_ == Life::Runs) return now_;
  base::Time deadline = links_.deadline();
  for (const Seat& seat : seats_) deadline = std::min(deadline, seat.deadline());
  return deadline;
}

void Node::hear_line(const Said& said) {
  if (life_ != Life::Runs) return;
  if (services_.stream.wants<observe::LineRead>())
    services_.stream.tell(observe::LineRead{said.client, std::string(said.text)});
  if (said.text == "ledger") return reply(said.client, {base::Bytes::of(ledger_line())});
  if (said.to.value < seats_.size())
    seats_[said.to.value].step(agent::Line{said.client, said.text});
}

/// `ledger 1:offered=9,acknowledged=7,unacknowledged=0,fate_unknown=2 2:...`
std::string Node::ledger_line() const {
  std::string line = "ledger";
  for (int id = 0; id < config_.nodes; ++id) {
    const base::NodeId peer{static_cast<std::uint16_t>(id)};
    if (peer == config_.self) continue;
    const link::Ledger ledger = links_.ledger(peer);
    fmt::format_to(std::back_inserter(line),
                   " {}:offered={},acknowledged={},unacknowledged={},fate_unknown={}", id,
                   ledger.offered, ledger.acknowledged, ledger.unacknowledged, ledger.fate_unknown);
  }
  return line += '\n';
}

// ---- What the links say

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
  if (alone_) return seats_.front().step(agent::Message{from, contents});
  const auto prefix = take_address_prefix(contents);
  if (prefix) return deliver({from, prefix->from}, prefix->to, contents);
  misaddressed_.count(from, observe::DropReason::NoSuchAgent, [this] {
    return fmt::format("a record without addresses; this node hosts {} agents", seats_.size());
  });
}

void Node::deliver(const agent::Address& from, agent::AgentId to, std::string_view contents) {
  if (to.value < seats_.size()) return seats_[to.value].step(agent::Message{from, contents});
  misaddressed_.count(from.node, observe::DropReason::NoSuchAgent, [this, to] {
    return fmt::format("a message for agent {}, this node hosts {}", to.value, seats_.size());
  });
}

// ---- What the agents want

base::Time Node::later(base::Duration min, base::Duration max) {
  return now_ + services_.random.between(min, max);
}

void Node::send(agent::AgentId from, const agent::Destination& to, std::string_view contents) {
  const auto* address = std::get_if<agent::Address>(&to);
  if (address && address->node == config_.self) {
    local_.push_back({from, address->agent, std::string(contents)});
    return;
  }
  if (!alone_) {
    outgoing_ = address_prefix({address ? address->agent : from, from});
    contents = outgoing_.append(contents);
  } else if (address && address->agent != agent::AgentId{}) {
    return misaddressed_.count(address->node, observe::DropReason::NoSuchAgent, [address] {
      return fmt::format("a message for agent {}, nodes of this grid host one",
                         address->agent.value);
    });
  }
  address ? links_.send(address->node, contents) : links_.broadcast(contents);
}

void Node::reply(base::ClientId client, base::Rope text) {
  if (services_.stream.wants<observe::Replied>())
    services_.stream.tell(observe::Replied{client, base::flatten(text)});
  services_.outside.reply(client, std::move(text));
}

void Node::append(agent::AgentId from, std::string_view value) {
  services_.store->append(from, value);
  unsynced_ = true;
}

void Node::checkpoint(agent::AgentId from, std::string_view value) {
  services_.store->checkpoint(from, value);
  unsynced_ = true;
}

void Node::note(agent::AgentId from, base::Severity severity, std::string_view text) {
  if (services_.stream.wants<observe::AgentNote>())
    services_.stream.tell(
        observe::AgentNote{seats_[from.value].name(), severity, std::string(text)});
}

void Node::crash(agent::Crash how) {
  end(how == agent::Crash::AtOnce ? Life::Ended : Life::Leaves);
}

void Node::end(Life life) {
  life_ = life;
  obeys_ = false;
  if (life == Life::Ended) services_.outside.crash();
}

void Node::fail(const std::string& why) {
  life_ = Life::Ended;
  obeys_ = false;
  services_.stream.tell(observe::NodeFailed{why});
  services_.outside.fail(why);
}

}  // namespace ovid::node
