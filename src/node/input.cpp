#include "ovid/node/input.hpp"

#include <fmt/format.h>

#include "ovid/base/match.hpp"
#include "ovid/base/shown.hpp"

namespace ovid::node {

std::string text_of(const Input& input) {
  return std::visit(base::Match{
                        [](const TurnBegins& e) {
                          return fmt::format("turn at {} ns", e.now.time_since_epoch().count());
                        },
                        [](const Reported& e) {
                          return fmt::format("report {}: {}", e.peer.value, link::text_of(e.what));
                        },
                        [](const Arrived& e) {
                          return fmt::format("message of {} and {} bytes", e.frames.envelope.size(),
                                             e.frames.body.size());
                        },
                        [](const Said& e) {
                          return fmt::format("line {}: {}", e.client.value, base::shown(e.text));
                        },
                        [](const Left& e) { return fmt::format("gone {}", e.client.value); },
                        [](const TurnEnds&) { return std::string("turn ends"); },
                    },
                    input);
}

}  // namespace ovid::node
