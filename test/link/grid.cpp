#include "grid.hpp"

#include <algorithm>
#include <variant>

#include "ovid/base/check.hpp"

namespace ovid::test {
namespace {

sim::Traits traits(std::size_t in_flight_max) {
  sim::Traits traits;
  traits.latency_min = traits.latency_max = 0ms;
  traits.retransmission_max = 1ms;
  traits.in_flight_max = in_flight_max;
  return traits;
}

}  // namespace

Grid::Grid(int nodes, Adjust adjust, std::size_t in_flight_max)
    : nodes_(nodes),
      adjust_(std::move(adjust)),
      network_(ids(), traits(in_flight_max), agenda_, random_, *this) {
  agenda_.advance(base::Time(10s));
}

/// The number of ids in the configuration of the node with the largest grid.
int Grid::ids() const {
  int count = nodes_;
  for (int node = 0; node < nodes_; ++node) count = std::max(count, config_of(node).nodes);
  return count;
}

link::Config Grid::config_of(int node) const {
  link::Config config;
  config.self = id(node);
  config.nodes = nodes_;
  config.silence = 500ms;  // the limit on which the tests base their times
  config.ping = 200ms;
  if (adjust_) adjust_(config);
  return config;
}

void Grid::start(int node) {
  base::check(!running(node), "started twice");
  processes_[node] = std::make_unique<Process>(
      Process::Surroundings{agenda_, network_, asked_[node]}, config_of(node), seed_++);
  conditions_[node] = Condition::Running;
  hung_[node] = false;
  links(node).start(now());
}

void Grid::start_all() {
  for (int node = 0; node < nodes_; ++node)
    if (!running(node)) start(node);
}

void Grid::kill(int node) {
  processes_.erase(node);
  network_.gone(id(node));
}

void Grid::go_on(int node) {
  hung_[node] = false;
  if (std::exchange(conditions_[node], Condition::Running) == Condition::Stopped)
    network_.continued(id(node));
}

bool Grid::all_up() const {
  return std::all_of(processes_.begin(), processes_.end(), [this](const auto& each) {
    return each.second->up.size() == static_cast<std::size_t>(nodes_ - 1);
  });
}

void Grid::run(base::Duration duration) {
  const base::Time end = now() + duration;
  while (now() < end) {
    pass(now() + 1ms);
    for (int node = 0; node < nodes_; ++node)
      if (running(node) && conditions_[node] == Condition::Running && !hung_[node]) turn(node);
  }
}

bool Grid::run_until(const std::function<bool()>& holds, base::Duration limit) {
  const base::Time end = now() + limit;
  while (!holds()) {
    if (now() >= end) return false;
    run(1ms);
  }
  return true;
}

void Grid::turn(int node) {
  pass(now());
  (*this)[node].turn();
}

void Grid::pass(base::Time until) {
  while (agenda_.next() <= until) network_.happen(agenda_.pop());
  agenda_.advance(until);
}

void Grid::break_connection(int from, int to, bool lost) {
  network_.end(id(from), id(to), !lost);
}

std::vector<Message> Grid::intercept(int from, int to) {
  std::vector<Message> taken;
  while (const auto packet = network_.take(id(from), id(to)))
    taken.push_back({std::get<wire::Envelope>(
                         wire::decode_envelope({packet->envelope.data(), packet->envelope.size()})),
                     packet->body});
  return taken;
}

void Grid::put(int to, const Message& message) {
  const wire::EnvelopeBytes bytes = wire::encode(message.envelope);
  put_bytes(to, {bytes.data(), bytes.size()}, message.body.view());
}

void Grid::put_bytes(int to, std::string_view envelope, std::string_view body) {
  links(to).frames(now(), {envelope, body});
}

Grid::Condition Grid::condition(base::NodeId node) const {
  return running(node.value) ? conditions_.at(node.value) : Condition::Gone;
}

void Grid::report(base::NodeId node, base::NodeId peer, link::Report what) {
  (*this)[node.value].report(peer, what);
}

bool balances(Grid& grid, int node, int peer) {
  const link::Ledger ledger = grid.links(node).state(id(peer)).ledger;
  return ledger.offered == ledger.acknowledged + ledger.unacknowledged + ledger.fate_unknown;
}

wire::Envelope in_session(Grid& grid, int from, int to, std::uint64_t first, std::uint32_t count,
                          std::uint64_t ack) {
  const link::SessionName name = grid.links(to).state(id(from)).session.value();
  wire::Envelope e;
  e.from = id(from);
  e.to = id(to);
  e.from_incarnation = grid.links(to).state(id(from)).incarnation.value();
  e.to_incarnation = grid.links(to).incarnation();
  e.from_epoch = name.peer;
  e.to_epoch = name.mine;
  e.first = first;
  e.greeting = first == 0;
  e.count = static_cast<std::uint16_t>(count);
  e.ack = ack;
  return e;
}

}  // namespace ovid::test
