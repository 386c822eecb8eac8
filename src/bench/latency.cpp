#include "ovid/bench/latency.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "ovid/agent/agent.hpp"
#include "ovid/base/check.hpp"
#include "ovid/bench/bare_socket.hpp"
#include "ovid/bench/child.hpp"
#include "ovid/bench/grid.hpp"
#include "ovid/bench/statistics.hpp"
#include "ovid/net/loop.hpp"

namespace ovid::bench {
namespace {

constexpr std::size_t kWarmUp = 500;
constexpr std::size_t kMeasured = 3000;

/// Round trips of one run, told to the parent when there are enough.
class RoundTrips {
 public:
  void begin() { began_ = Clock::now(); }
  /// True when it was the last.
  bool end() {
    times_.push_back(Seconds(Clock::now() - began_).count());
    return times_.size() == kWarmUp + kMeasured;
  }
  void tell(const Channel& parent) const {
    const std::vector<double> measured(times_.begin() + kWarmUp, times_.end());
    for (const double q : {0.5, 0.99, 0.999})
      parent.say(static_cast<std::int64_t>(quantile(measured, q) * 1e9 / 2));
  }

 private:
  Clock::time_point began_;
  std::vector<double> times_;
};

Latency hear_first(const std::vector<Child>& sides) {
  const auto next_us = [&] { return static_cast<double>(hear(sides.front(), sides)) / 1e3; };
  const double median_us = next_us();
  const double p99_us = next_us();
  return {median_us, p99_us, next_us()};
}

// ---- Bare

void bare_side(const Channel& parent, int self, int port, int bytes) {
  zmq::context_t context;
  zmq::socket_t router(context, zmq::socket_type::router);
  net::bind_or_throw(router, "127.0.0.1", port + self, "bench");
  zmq::socket_t dealer(context, zmq::socket_type::dealer);
  dealer.connect(fmt::format("tcp://127.0.0.1:{}", port + 1 - self));
  const std::string text(static_cast<std::size_t>(bytes), 'x');
  zmq::message_t id;
  zmq::message_t record;
  RoundTrips trips;
  for (bool first = true;; first = false) {
    if (!first || self == 1) {
      receive(router, id);
      receive(router, record);
      if (self == 0 && trips.end()) break;
    }
    trips.begin();
    zmq::message_t out(text.data(), text.size());
    dealer.send(out, zmq::send_flags::none);
  }
  trips.tell(parent);
  parent.hear();
}

// ---- Nodes

/// Reads the clock, which no other agent may: it is the measuring instrument.
class PingPong final : public agent::Agent {
 public:
  PingPong(const Channel& parent, int bytes)
      : parent_(parent), text_(static_cast<std::size_t>(bytes), 'x') {}

  void step(const agent::Event& event, agent::Effects& effects) override {
    if (const auto* start = std::get_if<agent::Start>(&event)) leads_ = start->self.node.value == 0;
    if (const auto* up = std::get_if<agent::PeerUp>(&event); up && leads_) go(up->peer, effects);
    if (const auto* message = std::get_if<agent::Message>(&event)) {
      if (leads_ && trips_.end()) return trips_.tell(parent_);
      go(message->from.node, effects);
    }
  }

 private:
  void go(base::NodeId peer, agent::Effects& effects) {
    trips_.begin();
    effects.send(agent::Address(peer), text_);
  }
  const Channel& parent_;
  const std::string text_;
  bool leads_ = false;
  RoundTrips trips_;
};

void node_side(const Channel& parent, int self, int port, int bytes) {
  net::MeshConfig mesh;
  mesh.self = {static_cast<std::uint16_t>(self)};
  mesh.nodes = 2;
  mesh.base_port = port;
  link::Config links;
  links.self = mesh.self;
  links.nodes = mesh.nodes;
  observe::Stream nobody_reads;
  net::SystemRandom random;
  zmq::context_t context = net::make_context();
  net::Loop loop(context, mesh, {.port = port + 2 + self}, links,
                 node::alone("ping-pong", std::make_unique<PingPong>(parent, bytes)), random,
                 nobody_reads);
  loop.run(parent.descriptor());
}

Latency latency(void (*side)(const Channel&, int, int, int), int bytes) {
  const int port = free_ports(4);
  std::vector<Child> sides;
  for (int self = 0; self < 2; ++self)
    sides.push_back(Child::run([=](const Channel& parent) { side(parent, self, port, bytes); }));
  return hear_first(sides);
}

}  // namespace

Latency bare_latency(int bytes) {
  return latency(bare_side, bytes);
}

Latency node_latency(int bytes) {
  return latency(node_side, bytes);
}

}  // namespace ovid::bench
