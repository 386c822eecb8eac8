#include "network.hpp"

#include <algorithm>
#include <iterator>

#include "ovid/base/check.hpp"
#include "ovid/wire/hello.hpp"

namespace ovid::test {

// ---- A process

Process::Process(Network& network, const link::Config& config, std::uint64_t seed)
    : random(seed),
      network_(network),
      self_(config.self),
      links(config, *this, random, happened.stream, *this) {}

std::vector<std::string> Process::heard_from(int peer) const {
  const std::string prefix = std::to_string(peer) + ": ";
  std::vector<std::string> texts;
  for (const std::string& what : told)
    if (what.starts_with(prefix)) texts.push_back(what.substr(prefix.size()));
  return texts;
}

void Process::connect(base::NodeId peer) {
  network_.dial(self_.value, peer.value);
}

bool Process::send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) {
  return network_.take(self_.value, peer.value, {envelope, body});
}

link::OwnFault Process::own_fault(base::Time) {
  ++looks;
  return fault;
}

void Process::tell(std::string what) {
  told.push_back(std::move(what));
  if (on_told) on_told(std::string(told.back()));
}

void Process::peer_up(base::NodeId peer) {
  tell("up " + std::to_string(peer.value));
}

void Process::peer_down(base::NodeId peer, const link::Evidence& evidence) {
  tell("down " + std::to_string(peer.value) + " " + base::text_of(evidence.cause));
}

void Process::message(base::NodeId from, std::string_view contents) {
  tell(std::to_string(from.value) + ": " + std::string(contents));
}

// ---- The network

Network::Network(int nodes, const std::function<void(link::Config&)>& adjust)
    : nodes_(nodes), adjust_(adjust) {}

link::Config Network::config_of(int node) const {
  link::Config config;
  config.self = id(node);
  config.nodes = nodes_;
  config.silence = 500ms;  // as the tests count
  config.ping = 200ms;
  if (adjust_) adjust_(config);
  return config;
}

void Network::start(int node) {
  base::check(!running(node), "started twice");
  for (auto& [ends, wire] : wires_)
    if (ends.first == node) wire.made = wire.full = false;
  processes_[node] = std::make_unique<Process>(*this, config_of(node), seed_++);
  stopped_[node] = false;
  links(node).start(now_);
}

void Network::start_all() {
  for (int node = 0; node < nodes_; ++node)
    if (!running(node)) start(node);
}

void Network::kill(int node) {
  processes_.erase(node);
  for (auto& [ends, wire] : wires_) {
    if (ends.first == node) {
      wire.outcome.reset();
      std::move(wire.flight.begin(), wire.flight.end(), std::back_inserter(wire.strays));
      wire.flight.clear();
    }
    if (ends.second == node && wire.made) break_connection(ends.first, ends.second);
  }
}

bool Network::all_up() {
  for (auto& [node, process] : processes_)
    for (int peer = 0; peer < nodes_; ++peer)
      if (peer != node && process->links.state(id(peer)) != link::State::Up) return false;
  return true;
}

void Network::run(base::Duration duration) {
  const base::Time end = now_ + duration;
  while (now_ < end) {
    now_ += 1ms;
    for (int node = 0; node < nodes_; ++node)
      if (running(node) && !stopped_[node]) turn(node);
  }
}

bool Network::run_until(const std::function<bool()>& holds, base::Duration limit) {
  const base::Time end = now_ + limit;
  while (!holds()) {
    if (now_ >= end) return false;
    run(1ms);
  }
  return true;
}

void Network::turn(int node) {
  links(node).turn_begins(now_);
  report(node);
  deliver(node);
  links(node).settle(now_);
  links(node).flush();
}

void Network::dial(int from, int to) {
  Wire& line = wire(from, to);
  line.dials.push_back(now_);
  line.made = line.full = false;
  line.flight.clear();
  const bool path = !line.cut && !wire(to, from).cut;
  line.outcome = !path         ? link::Report::Unreachable
                 : running(to) ? link::Report::Connected
                               : link::Report::Refused;
  line.report_at = path ? now_ : now_ + 500ms;
}

bool Network::take(int from, int to, const Message& message) {
  Wire& line = wire(from, to);
  if (!line.made) return false;
  if (line.flight.size() >= line.room) {
    line.full = true;
    return false;
  }
  line.sent.push_back(message);
  line.flight.push_back(message);
  return true;
}

void Network::report(int node) {
  for (int peer = 0; peer < nodes_; ++peer) {
    if (peer == node) continue;
    Wire& line = wire(node, peer);
    if (line.full && line.flight.size() < line.room) {
      line.full = false;
      links(node).report(now_, id(peer), link::Report::Writable);
    }
    if (now_ < line.report_at) continue;
    const auto outcome = std::exchange(line.outcome, std::nullopt);
    if (!outcome) continue;
    if (*outcome == link::Report::Connected) line.made = true;
    links(node).report(now_, id(peer), *outcome);
  }
}

void Network::deliver(int node) {
  for (int peer = 0; peer < nodes_; ++peer) {
    Wire& line = wire(peer, node);
    if (peer == node || line.held || line.cut) continue;
    for (const Message& message : std::exchange(line.flight, {})) put(node, message);
    for (const Message& message : std::exchange(line.strays, {})) put(node, message);
  }
}

void Network::break_connection(int from, int to, bool lost) {
  Wire& line = wire(from, to);
  line.made = line.full = false;
  if (!lost) std::move(line.flight.begin(), line.flight.end(), std::back_inserter(line.strays));
  line.flight.clear();
  line.outcome = link::Report::Disconnected;
  line.report_at = now_;
}

void Network::put(int to, const Message& message) {
  const wire::EnvelopeBytes bytes = wire::encode(message.envelope);
  put_bytes(to, {bytes.data(), bytes.size()}, message.body.view());
}

void Network::put_bytes(int to, std::string_view envelope, std::string_view body) {
  links(to).frames(now_, {envelope, body});
}

Message greeting(const Greeting& words) {
  wire::Envelope e;
  e.from = id(words.from);
  e.to = id(words.to);
  e.from_incarnation = words.from_incarnation;
  e.to_incarnation = words.to_incarnation;
  e.from_epoch = words.from_epoch;
  e.to_epoch = words.to_epoch;
  e.count = 1;
  e.greeting = true;
  return {e, wire::hello_body(e.from, {words.nodes, words.grid})};
}

bool balances(Network& network, int node, int peer) {
  const link::Ledger ledger = network.links(node).ledger(id(peer));
  return ledger.offered == ledger.acknowledged + ledger.unacknowledged + ledger.fate_unknown;
}

wire::Envelope in_session(Network& network, int from, int to, std::uint64_t first,
                          std::uint32_t count, std::uint64_t ack) {
  const link::SessionName name = network.links(to).session(id(from)).value();
  wire::Envelope e;
  e.from = id(from);
  e.to = id(to);
  e.from_incarnation = network.links(to).peer_incarnation(id(from)).value();
  e.to_incarnation = network.links(to).incarnation();
  e.from_epoch = name.peer;
  e.to_epoch = name.mine;
  e.first = first;
  e.greeting = first == 0;
  e.count = static_cast<std::uint16_t>(count);
  e.ack = ack;
  return e;
}

}  // namespace ovid::test
