#include "player.hpp"

#include <chrono>
#include <utility>

namespace ovid::worlds_test {
namespace {

using namespace std::chrono_literals;

constexpr agent::TimerId kFires{1};
constexpr agent::TimerId kCancelled{2};

base::Rope text(std::string of) {
  return {base::Bytes::of(std::move(of))};
}

}  // namespace

void Player::step(const agent::Event& event, agent::Effects& effects) {
  std::string seen = agent::text_of(event);
  if (const auto* start = std::get_if<agent::Start>(&event)) {
    self_ = start->self;
    for (const std::string_view value : start->recovered.value().appended)
      seen.append(" ").append(value);
  }
  saw_(seen);
  if (const auto* message = std::get_if<agent::Message>(&event);
      message && message->contents == "ask")
    effects.send(message->from, "answer");
  if (const auto* said = std::get_if<agent::Line>(&event)) line(*said, effects);
}

void Player::line(const agent::Line& line, agent::Effects& effects) {
  const std::size_t space = line.text.rfind(' ');
  const std::string_view verb = line.text.substr(0, space);
  const std::string_view word =
      space == std::string_view::npos ? std::string_view() : line.text.substr(space + 1);
  const auto do_all = [&] {
    effects.append(word);
    effects.broadcast(word);
    effects.reply(line.client, text(std::string(word) + "\n"));
  };
  if (verb == "say") {
    effects.broadcast(word);
  } else if (verb == "tell") {
    effects.send(base::NodeId{static_cast<std::uint16_t>(1 - self_.node.value)}, word);
  } else if (verb == "self") {
    for (int i = 0; i < 3; ++i) effects.send(self_, word);
  } else if (verb == "timer") {
    effects.timer(kFires, 4ms, 5ms);
    effects.timer(kCancelled, 1ms, 1ms);
    effects.cancel(kCancelled);
  } else if (verb == "keep") {
    effects.append(word);
    effects.reply(line.client, text("kept " + std::string(word) + "\n"));
  } else if (verb == "point") {
    effects.checkpoint(word);
    effects.note(base::Severity::Info, "from here on");
  } else {
    do_all();
    effects.crash(verb == "crash at once" ? agent::Crash::AtOnce : agent::Crash::WhenSent);
    do_all();
  }
}

}  // namespace ovid::worlds_test
