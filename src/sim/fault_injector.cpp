#include "ovid/sim/fault_injector.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/counted.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using base::NodeId;
using Condition = Processes::Condition;
using Kind = Event::Kind;

/// A node whose wake-ups are at most this many milliseconds late still notices everything in time.
constexpr std::int64_t kLateEnough = 20;

std::string path_of(const Action& action) {
  return fmt::format("path {} > {}", action.node().value, action.right.front().value);
}

std::string records(std::size_t count) {
  return base::counted(count, "record");
}

/// What a node's agents have sent to a peer in their present session.
Hold::Sent sent_by(const Host& host, NodeId peer) {
  Hold::Sent sent;
  if (host.condition() == Condition::Gone) return sent;
  const link::PeerState state = host.peer(peer);
  if (!state.session || !state.incarnation) return sent;
  sent.session.from_incarnation = host.incarnation();
  sent.session.to_incarnation = *state.incarnation;
  sent.session.from_epoch = state.session->mine;
  sent.session.to_epoch = state.session->peer;
  sent.last = state.last_record;
  return sent;
}

}  // namespace

void FaultInjector::begin(std::size_t index) {
  const Action& action = actions_[index];
  ActionState& state = states_[index];
  state = {true, agenda_.now(), agenda_.now(), 0};
  witness_.trace(text_of(action));
  troubles_.add(action, actions_, agenda_.now());
  switch (action.verb) {
    case Verb::Partition:
    case Verb::Block:
      path(action, true);
      break;
    case Verb::Hold:
      network_.hold(action.node(), action.right.front(),
                    sent_by(host(action.node()), action.right.front()));
      break;
    case Verb::Deliver:
      return deliver(action);
    case Verb::Release:
      return release(action);
    case Verb::Settle:
      return;
    case Verb::Heal:
      state.on = false;
      return heal();
    case Verb::Cut:
      state.on = false;
      return network_.cut(action.node(), action.right.front());
    case Verb::Poor:
      set_quality(action);
      break;
    case Verb::Refuse:
      network_.refuse(action.node(), action.right.front(), true);
      break;
    case Verb::Duplicate:
      network_.tampering().duplicate(action.amount);
      break;
    case Verb::Corrupt:
      network_.tampering().corrupt(action.amount);
      break;
    case Verb::Forge:
      agenda_.add(agenda_.now(), Kind::Forgery, {}, {}, index);
      break;
    case Verb::Crash:
    case Verb::Restart:
    case Verb::Pause:
    case Verb::Continue:
    case Verb::Slow:
    case Verb::Late:
    case Verb::Drift:
    case Verb::Line:
      begin_at_node(index, host(action.node()));
      break;
  }
  if (!state.on) return;
  if (action.lasting > 0s) agenda_.add(agenda_.now() + action.lasting, Kind::Ends, {}, {}, index);
  liveness_.look_at_action(index);
}

void FaultInjector::begin_at_node(std::size_t index, Host& host) {
  const Action& action = actions_[index];
  ActionState& state = states_[index];
  const bool running = host.condition() == Condition::Running;
  switch (action.verb) {
    case Verb::Crash:
      state.on = host.condition() != Condition::Gone;
      if (!state.on) break;
      state.gone = host.incarnation();
      lives_.kill(host);
      break;
    case Verb::Restart:
      state.on = false;
      if (host.condition() == Condition::Gone) lives_.start(host);
      break;
    case Verb::Pause:
      state.on = running;
      if (state.on) host.stop();
      break;
    case Verb::Continue:
      state.on = false;
      forget_pauses(host);
      if (host.condition() == Condition::Stopped) {
        host.proceed();
        liveness_.calm_from_now(host.id());
        liveness_.look_at_return(index);
      }
      break;
    case Verb::Slow:
    case Verb::Late:
      serve(host);
      break;
    case Verb::Drift:
      host.clock().drift(agenda_.now(), action.amount);
      host.wake(agenda_.now());
      break;
    default:
      if (running) host.line(action.text);
  }
  state.life = host.life();
}

void FaultInjector::end(std::size_t index) {
  const Action& action = actions_[index];
  ActionState& state = states_[index];
  if (!std::exchange(state.on, false)) return;
  state.changed = agenda_.now();
  witness_.trace(fmt::format("end of: {}", text_of(action)));
  switch (action.verb) {
    case Verb::Partition:
    case Verb::Block:
      return path(action, false);
    case Verb::Hold:
      return end_hold(action);
    case Verb::Poor:
      return set_quality(action);
    case Verb::Refuse:
      return network_.refuse(action.node(), action.right.front(), false);
    case Verb::Duplicate:
      return network_.tampering().duplicate(-action.amount);
    case Verb::Corrupt:
      liveness_.corruption_ended();
      return network_.tampering().corrupt(-action.amount);
    default:
      if (!action.left.empty()) end_at_node(index, host(action.node()));
  }
}

void FaultInjector::end_at_node(std::size_t index, Host& host) {
  const ActionState& state = states_[index];
  switch (actions_[index].verb) {
    case Verb::Crash:
      if (host.condition() == Condition::Gone && host.life() == state.life) lives_.start(host);
      return;
    case Verb::Pause:
      if (host.condition() == Condition::Stopped && host.life() == state.life) {
        host.proceed();
        liveness_.calm_from_now(host.id());
        liveness_.look_at_return(index);
      }
      return;
    case Verb::Slow:
    case Verb::Late:
      serve(host);
      host.wake(agenda_.now());
      return;
    default:
      return;
  }
}

/// Ends all pauses of the node, also those without for_ms.
void FaultInjector::forget_pauses(const Host& host) {
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (actions_[i].verb == Verb::Pause && actions_[i].node() == host.id() &&
        std::exchange(states_[i].on, false))
      states_[i].changed = agenda_.now();
}

/// The machine serves the node as badly as the worst of its slow and late actions that are on.
void FaultInjector::serve(Host& host) {
  Service service;
  bool calm = true;
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const Action& action = actions_[i];
    if (!states_[i].on || action.left.size() != 1 || action.node() != host.id()) continue;
    const base::Duration amount = std::chrono::milliseconds(action.amount);
    if (action.verb == Verb::Slow) {
      service.slow_by = std::max(service.slow_by, amount);
      calm = false;
    } else if (action.verb == Verb::Late) {
      service.late_max = std::max(service.late_max, amount);
      calm = calm && action.amount <= kLateEnough;
    }
  }
  host.service() = service;
  liveness_.served(host.id(), calm, service.slow_by + service.late_max == 0s);
}

void FaultInjector::let_forge(std::size_t index) {
  const Action& action = actions_[index];
  if (!states_[index].on || action.amount <= 0) return;
  agenda_.add(agenda_.now() + 1000ms / static_cast<int>(action.amount), Kind::Forgery, {}, {},
              index);
  outsiders_.forge();
}

void FaultInjector::path(const Action& action, bool blocked) {
  for (const NodeId from : action.left)
    for (const NodeId to : action.right) {
      if (from == to) continue;
      if (!blocked) liveness_.path_opened(from, to);
      blocked ? network_.block(from, to) : network_.unblock(from, to);
      if (action.verb == Verb::Partition)
        blocked ? network_.block(to, from) : network_.unblock(to, from);
    }
}

/// The path of this action has the quality that was set last of those that are on.
void FaultInjector::set_quality(const Action& action) {
  PathQuality quality = network_.usual_quality();
  base::Time since = base::Time::min();
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const Action& each = actions_[i];
    if (each.verb != Verb::Poor || !states_[i].on || states_[i].since < since) continue;
    if (each.left != action.left || each.right != action.right) continue;
    quality = each.quality;
    since = states_[i].since;
  }
  network_.quality(action.node(), action.right.front(), quality);
}

void FaultInjector::heal() {
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (actions_[i].verb == Verb::Partition || actions_[i].verb == Verb::Block ||
        actions_[i].verb == Verb::Hold)
      end(i);
}

void FaultInjector::deliver(const Action& action) {
  const NodeId from = action.node();
  const NodeId to = action.right.front();
  if (!network_.holds(from, to))
    return witness_.tell(path_of(action) + ": nothing to deliver, it is not held");
  const std::size_t count =
      network_.deliver(from, to, static_cast<std::size_t>(action.amount), sent_by(host(from), to));
  witness_.tell(fmt::format("{}: {} delivered, {} held", path_of(action), records(count),
                            network_.held(from, to)));
}

void FaultInjector::release(const Action& action) {
  if (!network_.holds(action.node(), action.right.front()))
    return witness_.tell(path_of(action) + ": nothing to release, it is not held");
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (actions_[i].verb == Verb::Hold && actions_[i].left == action.left &&
        actions_[i].right == action.right)
      end(i);
}

void FaultInjector::end_hold(const Action& action) {
  const NodeId from = action.node();
  const NodeId to = action.right.front();
  const std::size_t held = network_.held(from, to);
  network_.release(from, to);
  if (!network_.holds(from, to))
    witness_.tell(fmt::format("{}: {} released", path_of(action), records(held)));
}

void FaultInjector::finished(std::size_t index) {
  if (actions_[index].verb != Verb::Settle) return;
  std::string held;
  for (const auto& from : hosts_)
    for (const auto& to : hosts_)
      if (const std::size_t count = network_.held(from->id(), to->id()); count > 0)
        held += fmt::format("{} {} > {}: {}", held.empty() ? "; held:" : ",", from->id().value,
                            to->id().value, records(count));
  witness_.tell("settled" + held);
}

std::optional<std::string> FaultInjector::unfinished(std::size_t index) {
  const Action& action = actions_[index];
  if (action.verb == Verb::Settle) return quiet_.disturbance();
  if (action.verb == Verb::Line && host(action.node()).has_line())
    return fmt::format("node {} has not read the line", action.node().value);
  if (action.verb != Verb::Deliver) return std::nullopt;
  const NodeId to = action.right.front();
  if (host(to).condition() != Condition::Running || !network_.delivering(action.node(), to))
    return std::nullopt;
  return fmt::format("node {} has not read all that has arrived", to.value);
}

}  // namespace ovid::sim
