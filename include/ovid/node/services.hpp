#pragma once
// What a node needs of its driver, in one place.

#include <functional>

#include "ovid/base/random.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/node/input.hpp"
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
  Store* store = nullptr;         ///< none: agents that need one are refused
  InputReader* inputs = nullptr;  ///< who records them, if somebody does
};
/// Who stands between a driver and its node, for example to record what passes; called once for
/// each node. Empty: nobody.
using Between = std::function<Services(const Services&)>;
/// What a node gets that is to run on `driver`.
inline Services through(const Between& between, const Services& driver) {
  return between ? between(driver) : driver;
}

}  // namespace ovid::node
