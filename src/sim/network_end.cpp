#include "ovid/sim/network_end.hpp"

#include <algorithm>

namespace ovid::sim {

/// Reports that wait are dropped: they are about an earlier attempt.
void NetworkEnd::connect(base::NodeId peer, const link::AttemptLimits& limits) {
  std::erase_if(reports_, [peer](const auto& report) { return report.first == peer; });
  network_.connect(self_, peer, limits);
}

/// Takes no message before the process has read the report that the connection is made.
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
