#include "ovid/node/seat.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/cannot_start.hpp"

namespace ovid::node {
namespace {

bool asks_for_a_store(const std::string& name, const agent::Agent& agent) {
  std::string how = "something that is no std::exception";
  try {
    return agent.needs_store();
  } catch (const std::exception& error) {
    how = error.what();
  } catch (...) {
  }
  throw base::CannotStart(fmt::format("agent {}: needs_store() threw: {}", name, how));
}

}  // namespace

std::vector<Hosted> alone(std::string name, std::unique_ptr<agent::Agent> agent,
                          std::unique_ptr<agent::Promises> promises) {
  std::vector<Hosted> hosted;
  hosted.push_back({std::move(name), std::move(agent), std::move(promises)});
  return hosted;
}

Seat::Seat(agent::AgentId id, Hosted hosted, int nodes, TurnEffects& effects)
    : id_(id),
      name_(std::move(hosted.name)),
      agent_(std::move(hosted.agent)),
      needs_store_(asks_for_a_store(name_, *agent_)),
      nodes_(nodes),
      effects_(effects) {}

void Seat::step(const agent::Event& event) {
  if (!effects_.obeys()) return;
  event_ = &event;
  try {
    agent_->step(event, *this);
  } catch (const std::exception& error) {
    breaks(fmt::format("threw: {}", error.what()));
  } catch (...) {
    breaks("threw something that is not a std::exception");
  }
  event_ = nullptr;
}

void Seat::fire_timers() {
  while (const auto due = timers_.pop_due(effects_.now())) step(agent::Timer{*due});
}

/// After a crash or an earlier breach this has no effect, like everything that the agent does.
void Seat::breaks(const std::string& how) {
  if (!effects_.obeys()) return;
  effects_.fail(fmt::format("agent {} at \"{}\": {}", name_, agent::text_of(*event_), how));
}

bool Seat::may(const Breach& breach) {
  if (breach) breaks(*breach);
  return !breach;
}

void Seat::send(const agent::Destination& to, std::string_view contents) {
  if (!effects_.obeys()) return;
  if (!may_send(to, contents.size(), nodes_))
    return breaks(breach_of_send(to, contents.size(), nodes_));
  if (!effects_.send(id_, to, contents))
    breaks(fmt::format("sends to its own node, but more than {} bytes would then wait there",
                       agent::kLocalBytesMax));
}

void Seat::timer(agent::TimerId id, base::Duration min, base::Duration max) {
  if (!effects_.obeys()) return;
  if (!may(breach_of_timer(min, max))) return;
  // Never in the present turn: an agent that asks for no delay must not block the loop.
  timers_.set(id, std::max(effects_.now() + base::Duration(1), effects_.later(min, max)));
}

void Seat::cancel(agent::TimerId id) {
  if (effects_.obeys()) timers_.cancel(id);
}

void Seat::reply(base::ClientId client, base::Rope text) {
  if (effects_.obeys()) effects_.reply(client, std::move(text));
}

void Seat::append(std::string_view value) {
  if (!effects_.obeys()) return;
  if (may(breach_of_keep(value.size(), needs_store_))) effects_.append(id_, value);
}

void Seat::checkpoint(std::string_view value) {
  if (!effects_.obeys()) return;
  if (may(breach_of_keep(value.size(), needs_store_))) effects_.checkpoint(id_, value);
}

void Seat::note(base::Severity severity, std::string_view text) {
  if (effects_.obeys()) effects_.note(name_, severity, text);
}

void Seat::crash(agent::Crash how) {
  if (effects_.obeys()) effects_.crash(how);
}

}  // namespace ovid::node
