#pragma once
// Anything that happens in a node, as one value: compared, printed, and taken apart field by field.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "ovid/base/severity.hpp"
#include "ovid/observe/link_events.hpp"
#include "ovid/observe/node_events.hpp"

namespace ovid::observe {

using Event = std::variant<SessionBegan, SessionEnded, ConnectionMade, ConnectionLost,
                           ConnectionRefused, ConnectionTimedOut, RecordsSent, RecordsDelivered,
                           RecordsAcknowledged, Backpressure, Late, SilenceLimit, SilenceExcused,
                           SecondProcess, NotReached, Dropped, LineRead, Replied, AgentNote,
                           NodeFailed, NodeStarted, OptionRemark, SignalEndsNode, SignalIgnored,
                           ClientDisconnected, LineTooLong, ConnectedToItself, HandshakeMissing>;

/// A set of kinds of events.
class Kinds {
 public:
  static_assert(std::variant_size_v<Event> <= 64);

  constexpr Kinds() = default;
  template <typename... E>
  static constexpr Kinds of() {
    return Kinds((bit<E>() | ... | 0));
  }
  static constexpr Kinds all() { return at_least(base::Severity::Trace); }
  /// Kinds of which some events are at least this severe.
  static constexpr Kinds at_least(base::Severity severity) {
    return at_least(severity, std::make_index_sequence<std::variant_size_v<Event>>());
  }

  template <typename E>
  constexpr bool has() const {
    return (bits_ & bit<E>()) != 0;
  }
  constexpr bool has(const Event& event) const { return (bits_ >> event.index() & 1) != 0; }
  friend constexpr Kinds operator|(Kinds a, Kinds b) { return Kinds(a.bits_ | b.bits_); }
  friend constexpr Kinds operator-(Kinds a, Kinds b) { return Kinds(a.bits_ & ~b.bits_); }
  constexpr bool operator==(const Kinds&) const = default;

 private:
  constexpr explicit Kinds(std::uint64_t bits) : bits_(bits) {}

  template <typename E, std::size_t Index = 0>
  static constexpr std::uint64_t bit() {
    if constexpr (std::same_as<E, std::variant_alternative_t<Index, Event>>)
      return std::uint64_t{1} << Index;
    else
      return bit<E, Index + 1>();
  }
  template <std::size_t... Index>
  static constexpr Kinds at_least(base::Severity severity, std::index_sequence<Index...>) {
    const auto bit = [severity]<std::size_t At>(std::in_place_index_t<At>) {
      const bool so_severe = std::variant_alternative_t<At, Event>::kSeverity >= severity;
      return std::uint64_t{so_severe} << At;
    };
    return Kinds((bit(std::in_place_index<Index>) | ...));
  }

  std::uint64_t bits_ = 0;
};

std::string_view name_of(const Event& event);
base::Severity severity_of(const Event& event);
/// The peer that it is about, if it is about one.
std::optional<base::NodeId> peer_of(const Event& event);

/// Whether the log gets a line: of events that repeat, only the 1st, 10th, 100th ... does, so that
/// garbage from outside cannot fill a disk.
bool is_worth_a_line(const Event& event);
/// The same by how often it has happened so far, this time included.
bool is_worth_a_line(std::uint64_t count);

}  // namespace ovid::observe
