#include "ovid/sim/lives.hpp"

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using Condition = Processes::Condition;

/// Maximum times until a node that has ended by itself is started again. Each is used in half of
/// the cases.
constexpr base::Duration kSoonAgain = 300us;
constexpr base::Duration kLaterAgain = 300ms;
/// For how long a node that is not started again stays away: longer than any run.
constexpr base::Duration kForever = 1000000s;

}  // namespace

void Lives::start(Host& host) {
  host.start();
  if (host.condition() == Condition::Gone) return ended_by_itself(host);
  checkers_.sessions.started(host.id(), host.incarnation());
  liveness_.calm_from_now(host.id());
}

void Lives::kill(Host& host) {
  if (host.condition() != Condition::Gone) host.kill();
  checkers_.ended(host.id());
}

void Lives::ended_by_itself(Host& host) {
  if (!host.failure().empty())
    return checkers_.findings.broken(fmt::format("node {}: {}", host.id().value, host.failure()));
  checkers_.ended(host.id());
  liveness_.node_ended();
  if (crashes_until_ == 0s) return checkers_.troubles.add(host.id(), base::Time(kForever));
  const base::Duration away =
      random_.chance(1, 2) ? random_.between(0s, kSoonAgain) : random_.between(0s, kLaterAgain);
  checkers_.troubles.add(host.id(), agenda_.now() + away + limits_.after_trouble);
  agenda_.add(agenda_.now() + away, Event::Kind::Again, host.id(), {},
              static_cast<std::uint64_t>(host.life()));
}

void Lives::start_again(Host& host, std::uint64_t after_life) {
  if (host.condition() == Condition::Gone && static_cast<std::uint64_t>(host.life()) == after_life)
    start(host);
}

}  // namespace ovid::sim
