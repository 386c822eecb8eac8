#include "ovid/observe/event.hpp"

#include <type_traits>

namespace ovid::observe {

std::string_view name_of(const Event& event) {
  return std::visit([](const auto& e) { return e.kName; }, event);
}

base::Severity severity_of(const Event& event) {
  return std::visit(
      [](const auto& e) {
        if constexpr (requires { e.severity(); })
          return e.severity();
        else
          return e.kSeverity;
      },
      event);
}

std::optional<base::NodeId> peer_of(const Event& event) {
  return std::visit(
      [](const auto& e) -> std::optional<base::NodeId> {
        if constexpr (requires { e.peer; })
          return e.peer;
        else
          return std::nullopt;
      },
      event);
}

bool is_worth_a_line(std::uint64_t count) {
  while (count >= 10 && count % 10 == 0) count /= 10;
  return count == 1;
}

bool is_worth_a_line(const Event& event) {
  return std::visit(
      [](const auto& e) {
        // These counts are of records, not of repeated events.
        if constexpr (
            requires { e.count; } && !requires { e.first; })
          return is_worth_a_line(e.count);
        else
          return true;
      },
      event);
}

}  // namespace ovid::observe
