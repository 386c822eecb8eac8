#include "ovid/node/contract.hpp"

#include <variant>

#include <fmt/format.h>

#include "ovid/agent/effects.hpp"
#include "ovid/wire/master_line.hpp"

namespace ovid::node {

static_assert(agent::kContentsBytesMax == wire::kLineBytesMax + agent::kHeaderBytesMax);

std::string breach_of_send(const agent::Destination& to, std::size_t bytes, int nodes) {
  if (bytes > agent::kContentsBytesMax)
    return fmt::format("sends {} bytes, at most {} are allowed", bytes, agent::kContentsBytesMax);
  return fmt::format("sends to node {} of a grid of {}", std::get<agent::Address>(to).node.value,
                     nodes);
}

Breach breach_of_timer(base::Duration min, base::Duration max) {
  if (min >= base::Duration{} && min <= max && max <= agent::kTimerMax) return std::nullopt;
  if (min >= base::Duration{} && min <= max)
    return fmt::format("asks for a timer of up to {} ns, at most {} are allowed", max.count(),
                       agent::kTimerMax.count());
  return fmt::format("asks for a timer of {}..{} ms", base::in_ms(min), base::in_ms(max));
}

Breach breach_of_keep(std::size_t bytes, bool needs_store) {
  if (!needs_store) return "appends or checkpoints a value, but its needs_store() is false";
  if (bytes <= agent::kValueBytesMax) return std::nullopt;
  return fmt::format("appends or checkpoints {} bytes, at most {} are allowed", bytes,
                     agent::kValueBytesMax);
}

}  // namespace ovid::node
