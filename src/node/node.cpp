#include "ovid/node/node.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace ovid::node {

Node::Node(const link::Config& config, std::unique_ptr<agent::Agent> agent,
           link::Transport& transport, Outside& outside, base::RandomSource& random,
           base::Notes& notes)
    : config_(config),
      agent_(std::move(agent)),
      outside_(outside),
      random_(random),
      notes_(notes),
      links_(config, transport, random, notes, *this) {}

void Node::start(base::Time now, const std::vector<std::string>& recovered) {
  now_ = now;
  step(agent::Start{config_.self, config_.nodes});
  for (std::size_t i = 0; i < recovered.size(); ++i)
    step(agent::Recovered{recovered[i], i + 1 == recovered.size()});
  links_.start(now);
}

void Node::turn_begins(base::Time now) {
  now_ = now;
  links_.turn_begins(now);
}

void Node::turn_ends(base::Time now) {
  while (const auto due = timers_.pop_due(now)) step(agent::Timer{*due});
  links_.turn_ends(now);
}

void Node::line(base::ClientId client, std::string_view text) {
  if (text == "ledger") return outside_.reply(client, {base::Bytes::of(ledger_line())});
  step(agent::Line{client, text});
}

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

base::Time Node::deadline() const {
  return std::min(links_.deadline(), timers_.next());
}

void Node::peer_up(base::NodeId peer) {
  step(agent::PeerUp{peer});
}

void Node::peer_down(base::NodeId peer, const link::Evidence&) {
  step(agent::PeerDown{peer});
}

void Node::message(base::NodeId from, std::string_view contents) {
  step(agent::Message{from, contents});
}

void Node::send(base::NodeId to, std::string_view contents) {
  links_.send(to, contents);
}

void Node::broadcast(std::string_view contents) {
  links_.broadcast(contents);
}

void Node::timer(agent::TimerId id, base::Duration least, base::Duration most) {
  // Never in the present turn: an agent that asks for no delay must not hold up the loop.
  timers_.set(id, now_ + std::max(base::Duration(1), random_.between(least, most)));
}

void Node::reply(base::ClientId client, base::Rope text) {
  outside_.reply(client, std::move(text));
}

void Node::persist(std::string_view value) {
  outside_.persist(value);
}

void Node::note(base::Severity severity, std::string_view text) {
  notes_.note(severity, std::nullopt, text);
}

void Node::crash() {
  outside_.crash();
}

}  // namespace ovid::node
