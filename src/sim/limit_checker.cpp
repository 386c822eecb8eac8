#include "ovid/sim/limit_checker.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// A quiet minute, and before it the time in which what had waited still arrives.
constexpr base::Duration kQuiet = 62s;
/// What network and turns add to a limit without a fault: round trips count four times.
constexpr int kLatencies = 16;
constexpr base::Duration kTurns = 40ms;

}  // namespace

void check_limits(const std::vector<std::unique_ptr<Host>>& hosts,
                  const std::vector<ActionState>& states, const Traits& traits, base::Time now,
                  Findings& findings) {
  const auto disturbs = [now](const ActionState& state) {
    return state.on || (state.changed != base::Time{} && state.changed > now - kQuiet);
  };
  if (now < base::Time(kQuiet) || !traits.path.perfect() ||
      std::any_of(states.begin(), states.end(), disturbs))
    return;
  for (const auto& at : hosts)
    for (const auto& peer : hosts) {
      if (at == peer || at->condition() != Processes::Condition::Running) continue;
      const base::Duration limit = at->peer(peer->id()).silence_limit;
      const base::Duration allowed =
          at->config().silence + kLatencies * traits.latency_max + kTurns;
      if (limit > allowed)
        findings.broken(
            fmt::format("node {}: after a quiet minute, {} may still be silent for {:.1f} ms",
                        at->id().value, peer->id().value, base::in_ms(limit)));
    }
}

}  // namespace ovid::sim
