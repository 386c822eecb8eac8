#include "ovid/sim/lives.hpp"

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using Condition = Processes::Condition;

/// How soon a node that has ended by itself is started again, mostly and at the latest.
constexpr base::Duration kSoonAgain = 300us;
constexpr base::Duration kLaterAgain = 300ms;
/// How long who is not started again stays away.
constexpr base::Duration kForever = 1000000s;

}  // namespace

void Lives::start(Host& host) {
  host.start();
  if (host.condition() == Condition::Gone) return ended_by_itself(host);
  checker_.started(host.id(), host.links().incarnation());
  liveness_.calm_from_now(host.id());
}

void Lives::kill(Host& host) {
  if (host.condition() != Condition::Gone) host.kill();
  tell_ended(host);
}

void Lives::ended_by_itself(Host& host) {
  if (!host.failure().empty())
    return checker_.broken(fmt::format("node {}: {}", host.id().value, host.failure()));
  tell_ended(host);
  liveness_.node_ended();
  if (crashes_until_ == 0s) return checker_.trouble(host.id(), base::Time(kForever));
  const base::Duration away =
      random_.chance(1, 2) ? random_.between(0s, kSoonAgain) : random_.between(0s, kLaterAgain);
  checker_.trouble(host.id(), agenda_.now() + away + limits_.after_trouble);
  agenda_.add(agenda_.now() + away, Event::Kind::Again, host.id(), {},
              static_cast<std::uint64_t>(host.life()));
}

void Lives::start_again(Host& host, std::uint64_t after_life) {
  if (host.condition() == Condition::Gone && static_cast<std::uint64_t>(host.life()) == after_life)
    start(host);
}

void Lives::tell_ended(const Host& host) {
  checker_.killed(host.id());
  contract_.ended(host.id());
  streams_.ended(host.id());
}

}  // namespace ovid::sim
