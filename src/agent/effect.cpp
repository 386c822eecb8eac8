#include "ovid/agent/effect.hpp"

#include <fmt/format.h>

#include "ovid/base/match.hpp"
#include "ovid/base/shown.hpp"

namespace ovid::agent {
namespace {

const char* text_of(base::Severity severity) {
  switch (severity) {
    case base::Severity::Debug:
      return "debug";
    case base::Severity::Info:
      return "info";
    case base::Severity::Warning:
      return "warning";
    case base::Severity::Error:
      return "error";
  }
  return "?";
}

}  // namespace

std::string text_of(const Effect& effect) {
  using base::shown;
  return std::visit(
      base::Match{
          [](const Send& e) {
            return fmt::format("send {}: {}", text_of(e.to), shown(e.contents));
          },
          [](const SetTimer& e) {
            return fmt::format("timer {}: {}..{} ms", e.id.value, base::in_ms(e.min),
                               base::in_ms(e.max));
          },
          [](const CancelTimer& e) { return fmt::format("cancel {}", e.id.value); },
          [](const Reply& e) { return fmt::format("reply {}: {}", e.client.value, shown(e.text)); },
          [](const Append& e) { return fmt::format("append: {}", shown(e.value)); },
          [](const Checkpoint& e) { return fmt::format("checkpoint: {}", shown(e.value)); },
          [](const Note& e) {
            return fmt::format("note {}: {}", text_of(e.severity), shown(e.text));
          },
          [](const CrashNode& e) {
            return std::string(e.how == Crash::AtOnce ? "crash at once" : "crash when sent");
          },
      },
      effect);
}

std::vector<std::string> Recorder::take_texts() {
  std::vector<std::string> texts;
  for (const Effect& effect : take()) texts.push_back(text_of(effect));
  return texts;
}

void Recorder::send(const Destination& to, std::string_view contents) {
  effects_.emplace_back(std::in_place_type<Send>, Send{to, std::string(contents)});
}

void Recorder::timer(TimerId id, base::Duration min, base::Duration max) {
  effects_.emplace_back(std::in_place_type<SetTimer>, SetTimer{id, min, max});
}

void Recorder::cancel(TimerId id) {
  effects_.emplace_back(std::in_place_type<CancelTimer>, CancelTimer{id});
}

void Recorder::reply(base::ClientId client, base::Rope text) {
  effects_.emplace_back(std::in_place_type<Reply>, Reply{client, base::flatten(text)});
}

void Recorder::append(std::string_view value) {
  effects_.emplace_back(std::in_place_type<Append>, Append{std::string(value)});
}

void Recorder::checkpoint(std::string_view value) {
  effects_.emplace_back(std::in_place_type<Checkpoint>, Checkpoint{std::string(value)});
}

void Recorder::note(base::Severity severity, std::string_view text) {
  effects_.emplace_back(std::in_place_type<Note>, Note{severity, std::string(text)});
}

void Recorder::crash(Crash how) {
  effects_.emplace_back(std::in_place_type<CrashNode>, CrashNode{how});
}

}  // namespace ovid::agent
