#pragma once
// Everything that a node needs from its driver.

#include <functional>

#include "ovid/base/random.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/node/input_reader.hpp"
#include "ovid/node/outside.hpp"
#include "ovid/node/store.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::node {

/// Borrowed by a node, which they must outlive.
struct Services {
  link::Transport& transport;
  Outside& outside;
  base::RandomSource& random;
  observe::Stream& stream;
  Store* store = nullptr;         ///< null: agents that need a store are refused
  InputReader* inputs = nullptr;  ///< records them; may be null
};
/// Wraps the services that a driver gives to a node, for example to record what passes; called once
/// for each node. May be empty.
using Between = std::function<Services(const Services&)>;
/// The services for a node that runs on `driver`.
inline Services through(const Between& between, const Services& driver) {
  return between ? between(driver) : driver;
}

}  // namespace ovid::node
