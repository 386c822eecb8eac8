#include "player.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "ovid/base/numbers.hpp"

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
  if (!armed_at_.empty() && seen.starts_with(armed_at_)) {
    armed_at_.clear();
    return obey(armed_, armed_by_, effects);
  }
  if (const auto* message = std::get_if<agent::Message>(&event);
      message && message->contents == "ask")
    effects.send(message->from, "answer");
  if (const auto* said = std::get_if<agent::Line>(&event)) obey(said->text, said->client, effects);
}

void Player::obey(std::string_view line, base::ClientId client, agent::Effects& effects) {
  const std::size_t space = line.rfind(' ');
  const std::string_view verb = line.substr(0, space);
  const std::string_view word =
      space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  if (verb.starts_with("at ")) {
    const std::string_view rest = line.substr(3);
    armed_at_ = rest.substr(0, rest.find(' '));
    armed_ = rest.substr(armed_at_.size() + 1);
    armed_by_ = client;
  } else if (verb == "say") {
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
    effects.reply(client, text("kept " + std::string(word) + "\n"));
  } else if (verb == "point") {
    effects.checkpoint(word);
    effects.note(base::Severity::Info, "from here on");
  } else {
    end(verb, word, client, effects);
  }
}

void Player::end(std::string_view verb, std::string_view word, base::ClientId client,
                 agent::Effects& effects) {
  const auto do_all = [&] {
    effects.append(word);
    effects.broadcast(word);
    effects.reply(client, text(std::string(word) + "\n"));
    effects.note(base::Severity::Info, word);
  };
  if (verb == "spill") {
    effects.reply(client,
                  text(spilled(base::read_integer<std::size_t>(word, 1, 1024).value()) + "\n"));
    return effects.crash(agent::Crash::WhenSent);
  }
  do_all();
  if (verb == "throw") throw std::runtime_error(std::string(word));
  effects.crash(verb == "crash at once" ? agent::Crash::AtOnce : agent::Crash::WhenSent);
  do_all();
}

std::string Player::spilled(std::size_t mebibytes) {
  std::string all;
  all.reserve(mebibytes << 20);
  for (int i = 0; all.size() < mebibytes << 20; ++i) all += std::to_string(i) + ' ';
  all.resize(mebibytes << 20);
  return all;
}

}  // namespace ovid::worlds_test
