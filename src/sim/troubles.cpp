#include "ovid/sim/troubles.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// The end of actions without for_ms: later than any run.
constexpr base::Duration kForever = 1000000s;

}  // namespace

void Troubles::add(base::NodeId node, base::Time until) {
  base::Time& known = nodes_[node.value];
  known = std::max(known, until);
}

void Troubles::add(base::NodeId a, base::NodeId b, base::Time until) {
  base::Time& known = path(a, b);
  known = std::max(known, until);
}

void Troubles::add(const Action& action, const std::vector<Action>& all, base::Time now) {
  const base::Time until =
      now + limits_.after_trouble + (action.lasting > 0s ? action.lasting : kForever);
  switch (action.verb) {
    case Verb::Crash:
    case Verb::Pause:
    case Verb::Late:
      return add(action.node(), until);
    case Verb::Restart:
    case Verb::Continue:
      return add(action.node(), now + limits_.after_trouble);
    case Verb::Partition:
    case Verb::Block:
    case Verb::Refuse:
      for (const base::NodeId a : action.left)
        for (const base::NodeId b : action.right) add(a, b, until);
      return;
    case Verb::Heal:
      for (const Action& each : all)
        for (const base::NodeId a : each.left)
          for (const base::NodeId b : each.right) add(a, b, now + limits_.after_trouble);
      return;
    case Verb::Poor:
      if (!limits_.harmless(action.quality)) add(action.node(), action.right.front(), until);
      return;
    case Verb::Corrupt:
      for (base::Time& known : nodes_) known = std::max(known, until);
      return;
    case Verb::Slow:
      // A node that reads so slowly that messages wait as long as the silence limit may find any
      // peer silent.
      if (action.amount * static_cast<std::int64_t>(nodes_.size()) <= limits_.slow_enough_ms)
        return;
      for (std::size_t peer = 0; peer < nodes_.size(); ++peer)
        add(action.node(), {static_cast<std::uint16_t>(peer)}, until);
      return;
    case Verb::Cut:
    case Verb::Drift:
    case Verb::Duplicate:
    case Verb::Forge:
    case Verb::Line:
    case Verb::Hold:
    case Verb::Deliver:
    case Verb::Release:
    case Verb::Settle:
      return;  // no session may end because of these
  }
}

bool Troubles::may_still_end(base::NodeId a, base::NodeId b, base::Time now) const {
  const auto soon_over = [&](base::Time trouble) {
    return trouble > now && trouble < base::Time(kForever);
  };
  return soon_over(until(a, b)) || soon_over(until(a)) || soon_over(until(b));
}

}  // namespace ovid::sim
