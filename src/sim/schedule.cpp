#include "ovid/sim/schedule.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array kFaults{Verb::Crash, Verb::Pause,     Verb::Partition, Verb::Block,
                             Verb::Cut,   Verb::Refuse,    Verb::Slow,      Verb::Late,
                             Verb::Drift, Verb::Duplicate, Verb::Corrupt,   Verb::Forge};
/// Faults that have to be asked for by name.
constexpr std::array kNamedFaults{Verb::Poor};
constexpr base::Duration kFirstFault = 500ms;
constexpr int kNodesMin = 2;  // a fault must be visible to another node
/// Minimum time between the earliest begin of a fault and the end of the last one.
constexpr base::Duration kFaultyMin = 100ms;

base::Duration whole_ms(base::Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d);
}

/// A random duration. Short and long ones are equally likely, because most errors appear within
/// milliseconds.
base::Duration lasting(SeededRandom& random, base::Duration most) {
  constexpr std::array kScales{2ms, 20ms, 200ms, 500ms, 1000ms, 5000ms};
  const base::Duration scale = kScales[random.below(kScales.size())];
  return whole_ms(std::clamp<base::Duration>(random.between(1ms, scale), 1ms, most));
}

void choose_groups(Action& action, SeededRandom& random, int nodes) {
  for (int id = 0; id < nodes; ++id)
    (random.chance(1, 2) ? action.left : action.right).push_back({static_cast<std::uint16_t>(id)});
  if (action.left.empty()) std::swap(action.left, action.right);
  if (action.right.empty()) {
    action.right.push_back(action.left.back());
    action.left.pop_back();
  }
}

std::int64_t amount(Verb verb, SeededRandom& random, int nodes) {
  const auto between = [&](std::int64_t min, std::int64_t max) {
    return min + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(max - min + 1)));
  };
  switch (verb) {
    case Verb::Slow:
      return between(1, std::max(1, 200 / nodes));  // reads each peer within the silence limit
    case Verb::Late:
      return between(1, random.chance(1, 2) ? 20 : 400);
    case Verb::Drift:
      return between(-5000, 5000);
    case Verb::Duplicate:
      return between(1, 200);
    case Verb::Corrupt:
      return between(1, random.chance(1, 2) ? 50 : 300);
    case Verb::Forge:
      return between(1, 200);
    default:
      return 0;
  }
}

/// Slow and far, but harmless (Limits::harmless) with the shortest silence limit of a campaign, 400
/// ms: a full batch behind a full queue takes at most 100 ms.
PathQuality poor_quality(SeededRandom& random) {
  constexpr std::array<std::int64_t, 4> kRatesKbit{0, 12'000, 25'000, 100'000};
  constexpr std::array<std::int64_t, 3> kQueuesKib{4, 16, 64};
  constexpr base::Duration kSlowest = 100ms;
  PathQuality quality;
  quality.rate_bits_per_s = kRatesKbit[random.below(kRatesKbit.size())] * 1000;
  quality.queue_bytes = kQueuesKib[random.below(kQueuesKib.size())] << 10;
  const base::Duration left = kSlowest - quality.slowest();
  quality.delay = whole_ms(random.between(1ms, random.chance(1, 2) ? left : left / 8));
  return quality;
}

Action make_fault(Verb verb, const ScheduleOptions& options, SeededRandom& random) {
  const base::Duration quiet = quiet_from(options.length);
  const auto nodes = static_cast<std::uint64_t>(options.nodes);
  Action action;
  action.verb = verb;
  action.at = std::chrono::duration_cast<std::chrono::microseconds>(
      random.between(kFirstFault, quiet - 1ms));
  const std::uint64_t node = random.below(nodes);
  const std::uint64_t other =
      (node + 1 + random.below(std::max<std::uint64_t>(1, nodes - 1))) % nodes;
  const auto id = [](std::uint64_t value) {
    return base::NodeId{static_cast<std::uint16_t>(value)};
  };
  if (verb == Verb::Partition)
    choose_groups(action, random, options.nodes);
  else if (verb != Verb::Duplicate && verb != Verb::Corrupt && verb != Verb::Forge)
    action.left = {id(node)};
  if (verb == Verb::Block || verb == Verb::Cut || verb == Verb::Refuse || verb == Verb::Poor)
    action.right = {id(other)};
  if (verb == Verb::Poor) action.quality = poor_quality(random);
  action.amount = amount(verb, random, options.nodes);
  if (verb != Verb::Cut && verb != Verb::Drift)
    action.lasting = lasting(random, std::max<base::Duration>(1ms, quiet - action.at));
  // Often the new process starts before any peer has noticed the end of the old one.
  if (verb == Verb::Crash && random.chance(2, 3))
    action.lasting = std::chrono::microseconds(50 + random.below(250));
  return action;
}

/// Lets a fault begin soon after another one.
void join(Action& fault, const Action& other, base::Duration length, SeededRandom& random) {
  const base::Duration quiet = quiet_from(length);
  fault.at = std::min<base::Duration>(other.at + lasting(random, 500ms), quiet - 1ms);
  if (fault.lasting > base::Duration{})
    fault.lasting = std::clamp<base::Duration>(whole_ms(quiet - fault.at), 1ms, fault.lasting);
}

/// Lets one crash or partition never end, if there is one. (If the same node is to be crashed
/// later, it is gone already then.)
void last_for_ever(std::vector<Action>& schedule, SeededRandom& random) {
  std::vector<Action*> able;
  for (Action& action : schedule)
    if (action.verb == Verb::Crash || action.verb == Verb::Partition) able.push_back(&action);
  if (!able.empty()) able[random.below(able.size())]->lasting = {};
}

}  // namespace

base::Duration quiet_from(base::Duration length) {
  return std::max<base::Duration>(length - kRecovery, kFirstFault + kFaultyMin);
}

bool room_for_faults(int nodes, base::Duration length) {
  return nodes >= kNodesMin && length >= kFirstFault + kFaultyMin + kRecovery;
}

std::variant<Faults, std::string> parse_faults(std::string_view text) {
  if (text == "none") return Faults{};
  Faults faults;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view word = text.substr(at, comma - at);
    at = comma + 1;
    if (word == "all") {
      faults.insert(faults.end(), kFaults.begin(), kFaults.end());
      continue;
    }
    const auto verb = verb_of(word);
    const auto is = [&](Verb each) { return verb && each == *verb; };
    if (std::none_of(kFaults.begin(), kFaults.end(), is) &&
        std::none_of(kNamedFaults.begin(), kNamedFaults.end(), is))
      return fmt::format("not a fault: {}", word);
    faults.push_back(*verb);
  }
  return faults;
}

std::vector<Action> make_schedule(const ScheduleOptions& options, std::uint64_t seed) {
  SeededRandom random(seed ^ 0x6f766964);  // not the numbers that the run itself will see
  std::vector<Action> schedule;
  if (options.faults.empty() || !room_for_faults(options.nodes, options.length)) return schedule;
  const int count = options.count > 0 ? options.count : 1 + static_cast<int>(random.below(12));
  for (int i = 0; i < count; ++i) {
    Action fault = make_fault(options.faults[random.below(options.faults.size())], options, random);
    // Faults at the same time reveal more errors than single ones.
    if (!schedule.empty() && random.chance(1, 2))
      join(fault, schedule.back(), options.length, random);
    schedule.push_back(std::move(fault));
  }
  if (options.permanent) last_for_ever(schedule, random);
  std::stable_sort(schedule.begin(), schedule.end(),
                   [](const Action& x, const Action& y) { return x.at < y.at; });
  return schedule;
}

}  // namespace ovid::sim
