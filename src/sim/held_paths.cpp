#include "ovid/sim/held_paths.hpp"

namespace ovid::sim {

using base::NodeId;

void HeldPaths::release(NodeId from, NodeId to) {
  holds_.at({from, to}).end();
  forget_if_over({from, to});
}

bool HeldPaths::holds(NodeId from, NodeId to) const {
  const Hold* hold = find(from, to);
  return hold && hold->on();
}

std::size_t HeldPaths::held(NodeId from, NodeId to) const {
  const Hold* hold = find(from, to);
  return hold ? hold->held() : 0;
}

std::size_t HeldPaths::let(NodeId from, NodeId to, std::size_t count, const Hold::Sent& sent) {
  return concern(from, to) ? holds_.at({from, to}).let(count, sent) : 0;
}

bool HeldPaths::may_pass(NodeId from, NodeId to) const {
  const Hold* hold = find(from, to);
  return hold && hold->may_pass();
}

std::optional<Hold::Message> HeldPaths::take(NodeId from, NodeId to) {
  if (!may_pass(from, to)) return std::nullopt;
  std::optional<Hold::Message> oldest = holds_.at({from, to}).take();
  forget_if_over({from, to});
  return oldest;
}

void HeldPaths::lose(NodeId from, NodeId to) {
  if (!concern(from, to)) return;
  holds_.at({from, to}).lose();
  forget_if_over({from, to});
}

void HeldPaths::forget_if_over(const Path& path) {
  const Hold& hold = holds_.at(path);
  if (!hold.on() && hold.empty()) holds_.erase(path);
}

}  // namespace ovid::sim
