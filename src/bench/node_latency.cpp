#include "ovid/bench/node_latency.hpp"

#include <cstdint>
#include <memory>
#include <string>

#include "ovid/agent/agent.hpp"
#include "ovid/net/loop.hpp"

namespace ovid::bench {
namespace {

/// Reads the clock, which other agents may not do, because it measures.
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

}  // namespace

Latency node_latency(int bytes, Sessions sessions) {
  return latency(node_side, bytes, sessions);
}

}  // namespace ovid::bench
