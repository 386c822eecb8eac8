#include "ovid/sim/network_end.hpp"

#include <algorithm>

namespace ovid::sim {

/// The reports that wait are about the attempt that is over.
void NetworkEnd::connect(base::NodeId peer) {
  std::erase_if(reports_, [peer](const auto& report) { return report.first == peer; });
  network_.connect(self_, peer);
}

/// The process does not know of a connection before it has read that it is made.
bool NetworkEnd::send(base::NodeId peer, const wire::Envelope& envelope, const base::Bytes& body) {
  if (!reports_.empty() && waits(peer, Report::Connected)) return false;
  return network_.send(self_, peer, wire::encode(envelope), body);
}

bool NetworkEnd::waits(base::NodeId peer, Report what) const {
  return std::find(reports_.begin(), reports_.end(), std::pair(peer, what)) != reports_.end();
}

bool NetworkEnd::give_report(link::Receiver& to) {
  if (reports_.empty()) return false;
  const auto [peer, what] = reports_.front();
  reports_.pop_front();
  to.report(peer, what);
  return true;
}

}  // namespace ovid::sim
