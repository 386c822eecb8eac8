#include "ovid/sim/convergence_checker.hpp"

#include <fmt/format.h>

namespace ovid::sim {

void ConvergenceChecker::check(const std::vector<std::unique_ptr<Host>>& hosts, base::Time now) {
  for (const auto& host : hosts) {
    if (host->condition() != Processes::Condition::Running) continue;
    for (const auto& other : hosts) {
      const base::NodeId a = host->id();
      const base::NodeId b = other->id();
      if (host == other) continue;
      if (other->condition() != Processes::Condition::Running || network_.blocked(a, b) ||
          network_.blocked(b, a))
        checkers_.sessions.must_not_show(a, b, "it is gone or cut off for ever");
      else if (!checkers_.troubles.may_still_end(a, b, now))
        must_agree(*host, b);
    }
  }
}

void ConvergenceChecker::must_agree(const Host& host, base::NodeId b) {
  const base::NodeId a = host.id();
  if (!checkers_.sessions.up(a, b))
    return checkers_.findings.broken(
        fmt::format("node {}: does not see {} in the end", a.value, b.value));
  checkers_.ledgers.check(host, b);
  if (checkers_.sessions.up(b, a) && !checkers_.sessions.share_session(a, b))
    return checkers_.findings.broken(
        fmt::format("nodes {} and {}: in different sessions in the end", a.value, b.value));
  const auto [owed, received] = checkers_.sessions.progress(b, a);
  const std::size_t held = network_.held(b, a);
  if (received > owed || received + held < owed)
    checkers_.findings.broken(fmt::format("node {}: has {} of the {} records of {} in the end",
                                          a.value, received, owed, b.value));
}

}  // namespace ovid::sim
