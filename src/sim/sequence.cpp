#include "ovid/sim/sequence.hpp"

#include <fmt/format.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// If an action that others wait for is not over after this time, the run has failed.
constexpr base::Duration kWaitMax = 5s;

}  // namespace

void Sequence::take() {
  agenda_.advance(due());
  actions_[next_].at = agenda_.now().time_since_epoch();
  injector_.begin(next_++);
  look_again();
}

void Sequence::look_again() {
  const Action& last = actions_[next_ - 1];
  const auto unfinished = injector_.unfinished(next_ - 1);
  unfinished_ = unfinished.has_value();
  if (!unfinished_)
    injector_.finished(next_ - 1);
  else if (last.verb != Verb::Line && agenda_.now() >= base::Time(last.at) + kWaitMax)
    findings_.broken(
        fmt::format("{} is not over after {} s: {}", text_of(last), kWaitMax / 1s, *unfinished));
}

}  // namespace ovid::sim
