#pragma once
// Everything that happens to a node, as values: with the same random numbers, the same answers of
// transport and store and the same inputs, a node does the same.

#include <string_view>
#include <variant>

#include "ovid/agent/address.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/receiver.hpp"
#include "ovid/link/transport.hpp"

namespace ovid::node {

/// Once, before the first turn.
struct Starts {
  base::Time now;
};

// A turn: TurnBegins, any number of the others, TurnEnds. Views are valid during the call only.

struct TurnBegins {
  base::Time now;  ///< never earlier than in the last turn
};
struct Reported {
  base::NodeId peer;
  link::Report what;
};
struct Arrived {
  link::Frames frames;
};
/// A client's line, for an agent of this node.
struct Said {
  base::ClientId client;
  std::string_view text;
  agent::AgentId to{};
};
/// A client of an agent of this node has disconnected.
struct Left {
  base::ClientId client;
  agent::AgentId from{};
};
struct TurnEnds {};

using Input = std::variant<Starts, TurnBegins, Reported, Arrived, Said, Left, TurnEnds>;

}  // namespace ovid::node
