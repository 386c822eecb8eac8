#include "ovid/sim/outsiders.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ovid/sim/zoo.hpp"
#include "ovid/wire/hello.hpp"

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using Condition = Processes::Condition;
using Kind = Event::Kind;

/// When the first clients send: all nodes are in sessions by then. The first kFirstSpeakers clients
/// begin at once. In a larger grid the others follow in groups of as many, at the rate of the whole
/// run.
constexpr base::Duration kFirstLines = 500ms;
constexpr std::size_t kFirstSpeakers = 16;
/// Some bursts are streams: the lines are sent one by one with this pause, so that connections fill
/// up.
constexpr base::Duration kStreamPause = 1ms;
/// A client that sends to a creature also makes the node crash, once in this many times.
constexpr std::uint64_t kCrashesOneIn = 50;
/// Maximum of KillPoint::count.
constexpr std::uint64_t kTimesMax = 3;
/// A client that sends also asks one of the questions, if there are any, once in this many times.
constexpr std::uint64_t kQuestionsOneIn = 8;
/// In grids of more nodes long texts are shorter, because each node keeps them and that takes
/// memory.
constexpr std::size_t kLongTextNodes = 50;
/// Times before a cut at which both nodes broadcast a line, so that messages are in flight that can
/// be lost.
constexpr base::Duration kBeforeCut[] = {60us, 30us};

}  // namespace

void Outsiders::begin(const std::vector<Action>& actions) {
  if (options_.creatures)
    for (const auto& each : hosts_) {
      if (options_.crashes_until > 0s)
        agenda_.add(base::Time(options_.crashes_until), Kind::Rest, each->id());
      agenda_.add(base::Time(options_.broadcasts_until), Kind::Rest, each->id());
    }
  if (options_.broadcasts_per_s <= 0) return;
  for (const auto& each : hosts_) {
    const std::size_t before = each->id().value / kFirstSpeakers * kFirstSpeakers;
    const base::Time first{kFirstLines + mean_pause(before)};
    if (before == 0 || first < base::Time(options_.broadcasts_until))
      agenda_.add(first, Kind::Workload, each->id());
  }
  for (const Action& action : actions) {
    if (action.verb != Verb::Cut) continue;
    for (const base::NodeId id : {action.node(), action.right.front()})
      for (const base::Duration before : kBeforeCut)
        agenda_.add(base::Time(action.at - before), Kind::Workload, id, {}, 1);
  }
}

base::Duration Outsiders::mean_pause(std::size_t clients) const {
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(1e9 * static_cast<double>(clients) / options_.broadcasts_per_s));
}

std::size_t Outsiders::long_text() const {
  return options_.long_text_bytes * kLongTextNodes / std::max(kLongTextNodes, hosts_.size());
}

void Outsiders::say(Host& host, std::size_t padding) {
  if (host.condition() == Condition::Running)
    host.line(fmt::format("broadcast {}.{}{:x>{}}", host.id().value, ++said_, "", padding));
}

void Outsiders::let_rest(Host& host) {
  const bool goes_on = agenda_.now() < base::Time(options_.broadcasts_until);
  if (host.condition() != Condition::Gone) host.line(goes_on ? kLineSpare : kLineRest);
}

/// At random, the client is replaced by another one, a line without meaning is sent, or the node is
/// made to crash.
void Outsiders::say_to_creature(Host& host) {
  if (random_.chance(1, 10)) host.change_client();
  if (random_.chance(1, 10)) host.line("anything");
  if (agenda_.now() >= base::Time(options_.crashes_until) || !random_.chance(1, kCrashesOneIn))
    return;
  let_crash(host);
}

void Outsiders::let_crash(Host& host) {
  if (random_.chance(1, 2))
    return host.kill_inside_turn({static_cast<Moment>(random_.below(kMoments)),
                                  1 + static_cast<int>(random_.below(kTimesMax)),
                                  base::Time(options_.crashes_until)});
  const char* how = random_.chance(1, 2) ? kLineCrashAtOnce : kLineCrashWhenSent;
  host.line(fmt::format("{}{}", how, kCrashEvents[random_.below(kCrashEvents.size())]));
}

void Outsiders::speak(Host& host, std::uint64_t owed) {
  if (owed > 1) agenda_.add(agenda_.now() + kStreamPause, Kind::Workload, host.id(), {}, owed - 1);
  if (owed > 0) return say(host, 0);
  const base::Time next = agenda_.now() + random_.between(0ns, 2 * mean_pause(hosts_.size()));
  if (next < base::Time(options_.broadcasts_until)) agenda_.add(next, Kind::Workload, host.id());
  std::uint64_t burst = random_.chance(1, 20) ? 1 + random_.below(100) : 1;
  const bool is_long = random_.chance(1, 100);
  const std::size_t padding = is_long ? long_text() : random_.below(60);
  if (is_long && !options_.long_bursts) burst = 1;
  if (burst > 1 && random_.chance(1, 4)) return speak(host, burst);
  for (std::uint64_t i = 0; i < burst; ++i) say(host, padding);
  if (options_.creatures && host.condition() == Condition::Running) say_to_creature(host);
  if (!options_.questions.empty() && host.condition() == Condition::Running) ask(host);
}

void Outsiders::ask(Host& host) {
  const auto& questions = options_.questions;
  if (random_.chance(1, kQuestionsOneIn)) host.line(questions[random_.below(questions.size())]);
}

void Outsiders::hear_news(Host& host) {
  if (options_.broadcasts_per_s <= 0 || agenda_.now() >= base::Time(options_.broadcasts_until))
    return;
  // In a large grid many nodes see the same change. About two of their clients send.
  if (random_.below(hosts_.size()) < 2) say(host, 0);
}

void Outsiders::forge() {
  const auto any = [&]() -> Host& { return *hosts_[random_.below(hosts_.size())]; };
  Host& victim = any();
  Host& claimed = any();
  wire::Envelope e;
  e.from = claimed.id();
  e.to = victim.id();
  e.from_incarnation = {random_.next_nonzero()};
  if (random_.chance(1, 2) && claimed.condition() != Condition::Gone)
    e.from_incarnation = claimed.incarnation();
  e.from_epoch = {random_.next()};
  if (random_.chance(1, 2) && victim.condition() != Condition::Gone) {
    e.to_incarnation = victim.incarnation();
    e.to_epoch = {random_.next()};
  }
  e.first = random_.below(5);
  e.count = 1;
  e.greeting = e.first == 0;
  const auto nodes = static_cast<int>(hosts_.size());
  base::Bytes body = e.greeting ? wire::hello_body(e.from, {nodes, ""}) : wire::ping_body(e.from);
  if (random_.chance(1, 2)) {
    wire::BodyWriter writer(e.from);
    writer.add({"forged"});
    body = writer.take();
  }
  network_.inject(victim.id(), {agenda_.now(), wire::encode(e), body});
}

}  // namespace ovid::sim
