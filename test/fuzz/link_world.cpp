#include "link_world.hpp"

namespace ovid::fuzz {
namespace {

std::string_view view_of(const wire::EnvelopeBytes& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

World::World(int managers, std::size_t unacked_bytes_max, bool talkative)
    : managers_(managers), unacked_bytes_max_(unacked_bytes_max), talkative_(talkative) {
  for (std::uint16_t id = 0; id < managers; ++id) start({id});
}

void World::start(base::NodeId id) {
  link::Config config;
  config.self = id;
  config.nodes = kNodes;
  config.unacked_bytes_max = unacked_bytes_max_;
  nodes_[id.value] = std::make_unique<Node>(*this, config, ++lives_, talkative_);
}

void World::restart(base::NodeId id) {
  nodes_[id.value].reset();
  network_.restart(id);
  account_.restarted(id);
  start(id);
}

void World::deliver(base::NodeId from, base::NodeId to, std::size_t count) {
  for (; count > 0; --count) {
    const auto packet = network_.take(from, to);
    if (!packet) return;
    if (runs(to)) node(to).receive(view_of(packet->envelope), packet->body.view());
  }
}

void World::replay(base::NodeId to, std::size_t which) {
  const Frame* said = account_.said_to(to, which);
  if (said == nullptr) return;
  account_.replayed();
  const Frame frame = *said;
  node(to).receive(view_of(wire::encode(frame.envelope)), frame.body.view());
}

/// A sender that does not know a node's secret has no influence on which peers are up and which
/// messages are delivered.
void World::forge(base::NodeId to, const Frame& frame) {
  const wire::Envelope& e = frame.envelope;
  const wire::EnvelopeBytes bytes = wire::encode(e);
  if (!node(to).drew(e.to_epoch.value))
    return check_unmoved_by(to, view_of(bytes), frame.body.view());
  account_.forged(to, e);
  node(to).receive(view_of(bytes), frame.body.view());
}

void World::garbage(base::NodeId to, std::string_view envelope, std::string_view body) {
  if (std::holds_alternative<wire::Envelope>(wire::decode_envelope(envelope)))
    return forge(to, {std::get<wire::Envelope>(wire::decode_envelope(envelope)),
                      base::Bytes::of(std::string(body))});
  const std::uint64_t actions = node(to).actions;
  check_unmoved_by(to, envelope, body);
  check(node(to).actions == actions, "garbage is not answered");
}

void World::check_unmoved_by(base::NodeId to, std::string_view envelope, std::string_view body) {
  const Node& node = this->node(to);
  const std::uint64_t transitions = node.transitions;
  const std::uint64_t delivered = node.delivered;
  const std::uint64_t actions = node.actions;
  this->node(to).receive(envelope, body);
  check(node.transitions == transitions, "nobody is up or down because of a stranger");
  check(node.delivered == delivered, "no stranger's message is delivered");
  check(node.actions <= actions + 1, "a stranger gets one answer at most");
}

}  // namespace ovid::fuzz
