#include "ovid/agent/effect.hpp"

#include <utility>

#include <fmt/format.h>

#include "ovid/base/match.hpp"
#include "ovid/base/shown.hpp"

namespace ovid::agent {

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
            return fmt::format("note {}: {}", base::text_of(e.severity), shown(e.text));
          },
          [](const CrashNode& e) {
            return std::string(e.how == Crash::AtOnce ? "crash at once" : "crash when sent");
          },
      },
      effect);
}

void perform(Effect effect, Effects& effects) {
  std::visit(base::Match{
                 [&](Send& e) { effects.send(e.to, e.contents); },
                 [&](SetTimer& e) { effects.timer(e.id, e.min, e.max); },
                 [&](CancelTimer& e) { effects.cancel(e.id); },
                 [&](Reply& e) { effects.reply(e.client, {base::Bytes::of(std::move(e.text))}); },
                 [&](Append& e) { effects.append(e.value); },
                 [&](Checkpoint& e) { effects.checkpoint(e.value); },
                 [&](Note& e) { effects.note(e.severity, e.text); },
                 [&](CrashNode& e) { effects.crash(e.how); },
             },
             effect);
}

void AsValues::send(const Destination& to, std::string_view contents) {
  done(Effect(std::in_place_type<Send>, Send{to, std::string(contents)}));
}

void AsValues::timer(TimerId id, base::Duration min, base::Duration max) {
  done(Effect(std::in_place_type<SetTimer>, SetTimer{id, min, max}));
}

void AsValues::cancel(TimerId id) {
  done(Effect(std::in_place_type<CancelTimer>, CancelTimer{id}));
}

void AsValues::reply(base::ClientId client, base::Rope text) {
  done(Effect(std::in_place_type<Reply>, Reply{client, base::flatten(text)}));
}

void AsValues::append(std::string_view value) {
  done(Effect(std::in_place_type<Append>, Append{std::string(value)}));
}

void AsValues::checkpoint(std::string_view value) {
  done(Effect(std::in_place_type<Checkpoint>, Checkpoint{std::string(value)}));
}

void AsValues::note(base::Severity severity, std::string_view text) {
  done(Effect(std::in_place_type<Note>, Note{severity, std::string(text)}));
}

void AsValues::crash(Crash how) {
  done(Effect(std::in_place_type<CrashNode>, CrashNode{how}));
}

}  // namespace ovid::agent
