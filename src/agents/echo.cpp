#include "ovid/agents/echo.hpp"

#include <string>
#include <utility>

#include "ovid/base/match.hpp"
#include "ovid/base/numbers.hpp"

namespace ovid::agents {
namespace {

/// The time until a checkpoint replaces what was appended.
constexpr agent::TimerId kCheckpoint{1};
constexpr base::Duration kCheckpointAfter = std::chrono::seconds(1);

}  // namespace

void Echo::step(const agent::Event& event, agent::Effects& effects) {
  std::visit(base::Match{
                 [&](const agent::Start& e) { start(e); },
                 [&](const agent::Line& e) { answer(e, effects); },
                 [&](const agent::Timer&) {
                   waits_ = false;
                   effects.checkpoint(std::to_string(answered_));
                 },
                 [](const auto&) {},
             },
             event);
}

void Echo::start(const agent::Start& start) {
  if (const auto checkpoint = start.recovered->checkpoint)
    answered_ = base::numbers::whole<std::uint64_t>(*checkpoint).value_or(0);
  answered_ += start.recovered->appended.size();
}

void Echo::answer(const agent::Line& line, agent::Effects& effects) {
  ++answered_;
  effects.append("1");  // durable before the answer leaves
  if (!std::exchange(waits_, true)) effects.timer(kCheckpoint, kCheckpointAfter, kCheckpointAfter);
  effects.reply(line.client,
                {base::Bytes::of(std::to_string(answered_) + " " + std::string(line.text) + "\n")});
}

}  // namespace ovid::agents
