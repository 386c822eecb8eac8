#include "ovid/node/seat.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace ovid::node {

std::vector<Hosted> alone(std::string name, std::unique_ptr<agent::Agent> agent,
                          std::unique_ptr<agent::Promises> promises) {
  std::vector<Hosted> hosted;
  hosted.push_back({std::move(name), std::move(agent), std::move(promises)});
  return hosted;
}

Seat::Seat(agent::AgentId id, Hosted hosted, SeatServices& services, const bool& obeys)
    : id_(id),
      name_(std::move(hosted.name)),
      agent_(std::move(hosted.agent)),
      services_(services),
      obeys_(obeys) {}

void Seat::step(const agent::Event& event) {
  if (!obeys_) return;
  event_ = &event;
  try {
    agent_->step(event, *this);
  } catch (const std::exception& error) {
    breach(fmt::format("threw: {}", error.what()));
  } catch (...) {
    breach("threw something that is no std::exception");
  }
  event_ = nullptr;
}

void Seat::fire_timers() {
  while (const auto due = timers_.pop_due(services_.now())) step(agent::Timer{*due});
}

void Seat::breach(const std::string& why) {
  services_.fail(fmt::format("agent {} at \"{}\": {}", name_, agent::text_of(*event_), why));
}

// ---- Effects

void Seat::send(const agent::Destination& to, std::string_view contents) {
  if (!obeys_) return;
  if (contents.size() > agent::kContentsBytesMax)
    return breach(fmt::format("sends {} bytes, at most {} are allowed", contents.size(),
                              agent::kContentsBytesMax));
  const auto* address = std::get_if<agent::Address>(&to);
  if (address && address->node.value >= services_.nodes())
    return breach(
        fmt::format("sends to node {} of a grid of {}", address->node.value, services_.nodes()));
  services_.send(id_, to, contents);
}

void Seat::timer(agent::TimerId id, base::Duration min, base::Duration max) {
  if (!obeys_) return;
  if (min < base::Duration{} || min > max || max > agent::kTimerMax)
    return breach(fmt::format("asks for a timer of {}..{} ms", base::in_ms(min), base::in_ms(max)));
  // Never in the present turn: an agent that asks for no delay must not hold up the loop.
  timers_.set(id, std::max(services_.now() + base::Duration(1), services_.later(min, max)));
}

void Seat::cancel(agent::TimerId id) {
  if (obeys_) timers_.cancel(id);
}

void Seat::reply(base::ClientId client, base::Rope text) {
  if (obeys_) services_.reply(client, std::move(text));
}

bool Seat::may_keep(std::string_view value) {
  if (!obeys_) return false;
  if (!needs_store()) {
    breach("keeps a value, and has said that it needs no store");
    return false;
  }
  if (value.size() <= agent::kValueBytesMax) return true;
  breach(fmt::format("keeps a value of {} bytes, at most {} are allowed", value.size(),
                     agent::kValueBytesMax));
  return false;
}

void Seat::append(std::string_view value) {
  if (may_keep(value)) services_.append(id_, value);
}

void Seat::checkpoint(std::string_view value) {
  if (may_keep(value)) services_.checkpoint(id_, value);
}

void Seat::note(base::Severity severity, std::string_view text) {
  if (obeys_) services_.note(id_, severity, text);
}

void Seat::crash(agent::Crash how) {
  if (obeys_) services_.crash(how);
}

}  // namespace ovid::node
