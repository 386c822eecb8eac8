#pragma once
// A process's end of the virtual network: the transport of its node, as net::Mesh is on real
// sockets. Reports wait here until the process reads them.

#include <deque>
#include <utility>

#include "ovid/link/receiver.hpp"
#include "ovid/link/transport.hpp"
#include "ovid/sim/network.hpp"

namespace ovid::sim {

/// Owned by the host that runs the process. Borrows the network.
class NetworkEnd final : public link::Transport {
 public:
  NetworkEnd(base::NodeId self, Network& network) : self_(self), network_(network) {}

  void connect(base::NodeId peer, const link::AttemptLimits& limits) override;
  [[nodiscard]] bool send(base::NodeId peer, const wire::Envelope& envelope,
                          const base::Bytes& body) override;

  /// What the network reports (Processes::report).
  void add(base::NodeId peer, Report what) { reports_.emplace_back(peer, what); }
  bool has_report() const { return !reports_.empty(); }
  /// Hands over the oldest report that waits; false if none does.
  bool give_report(link::Receiver& to);
  /// The process has ended. Drops the reports that it has not read.
  void clear() { reports_.clear(); }

 private:
  bool waits(base::NodeId peer, Report what) const;

  const base::NodeId self_;
  Network& network_;
  std::deque<std::pair<base::NodeId, Report>> reports_;
};

}  // namespace ovid::sim
