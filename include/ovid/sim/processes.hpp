#pragma once
// What the virtual network knows of the processes between which it carries messages.

#include <cstdint>

#include "ovid/base/ids.hpp"
#include "ovid/link/transport.hpp"

namespace ovid::sim {

/// The processes at the ends of connections, as far as the network needs to know.
class Processes {
 public:
  virtual ~Processes() = default;
  enum class Condition : std::uint8_t { Running, Stopped, Gone };
  virtual Condition condition(base::NodeId node) const = 0;
  /// These tell that something waits for the node: a report, or a packet to take.
  virtual void report(base::NodeId node, base::NodeId peer, link::Report what) = 0;
  virtual void wake(base::NodeId node) = 0;
};

}  // namespace ovid::sim
