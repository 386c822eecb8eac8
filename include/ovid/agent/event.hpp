#pragma once
// The events of an agent. Views are valid during the step only.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ovid/agent/address.hpp"
#include "ovid/base/end_cause.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::agent {

/// A timer of an agent, with a number that the agent chooses.
struct TimerId {
  std::uint32_t value = 0;
  auto operator<=>(const TimerId&) const = default;
};

/// What earlier incarnations of the agent have made durable: their last checkpoint, and what was
/// appended after it, in order. Of the values that were not yet synced when the node ended, the
/// first few may have survived.
struct Recovered {
  std::optional<std::string_view> checkpoint{};
  std::span<const std::string_view> appended{};
};

/// The first event, once.
struct Start {
  Address self;
  int nodes = 1;  ///< size of the grid, 1..base::kNodesMax
  /// nullopt: the node has no store. An empty store gives an empty Recovered.
  std::optional<Recovered> recovered{};
};
/// From an agent of a peer: between that peer's PeerUp and PeerDown, in the order it was sent. From
/// an agent of this node, itself included: in the turn after the one in which it was sent.
struct Message {
  Address from;
  std::string_view contents;
};
struct Timer {
  TimerId id;
};
/// From now on the peer is reachable in both directions, in a session of which nothing was lost.
struct PeerUp {
  base::NodeId peer;
};
/// That session is over. What was sent in it and not answered has an unknown fate.
struct PeerDown {
  base::NodeId peer;
  base::EndCause cause = base::EndCause::Silent;
};
/// A line of text from a client, without its end.
struct Line {
  base::ClientId client;
  std::string_view text;
};
/// The client has disconnected; further replies to it are dropped.
struct ClientGone {
  base::ClientId client;
};

using Event = std::variant<Start, Message, Timer, PeerUp, PeerDown, Line, ClientGone>;

/// On one line, for people and tests: "message 2: hello". Long contents are shortened.
std::string text_of(const Event& event);

}  // namespace ovid::agent
