#include "ovid/agent/event.hpp"

#include <fmt/format.h>

#include "ovid/base/match.hpp"
#include "ovid/base/shown.hpp"

namespace ovid::agent {

std::string text_of(const Event& event) {
  using base::shown;
  return std::visit(
      base::Match{
          [](const Start& e) {
            std::string text = fmt::format("start {} of {}", text_of(e.self), e.nodes);
            if (!e.recovered) return text;
            if (e.recovered->checkpoint)
              text += fmt::format(", checkpoint {}", shown(*e.recovered->checkpoint));
            return text + fmt::format(", recovered {}", e.recovered->appended.size());
          },
          [](const Message& e) {
            return fmt::format("message {}: {}", text_of(e.from), shown(e.contents));
          },
          [](const Timer& e) { return fmt::format("timer {}", e.id.value); },
          [](const PeerUp& e) { return fmt::format("up {}", e.peer.value); },
          [](const PeerDown& e) {
            return fmt::format("down {}: {}", e.peer.value, base::text_of(e.cause));
          },
          [](const Line& e) { return fmt::format("line {}: {}", e.client.value, shown(e.text)); },
          [](const ClientGone& e) { return fmt::format("gone {}", e.client.value); },
      },
      event);
}

}  // namespace ovid::agent
