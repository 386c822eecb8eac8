#pragma once
// The promise of a crash "when sent": the node ends when all records that it has sent have arrived
// at their peers, or when no peer has acknowledged any for the longest silence limit.

#include <cstdint>
#include <vector>

#include "ovid/base/time.hpp"
#include "ovid/sim/findings.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/session_checker.hpp"

namespace ovid::sim {

/// Borrows the session checker and the findings.
class FarewellChecker {
 public:
  FarewellChecker(std::size_t nodes, const SessionChecker& sessions, Findings& findings)
      : sessions_(sessions), findings_(findings), owed_(nodes) {}

  /// After a turn; `now` by the host's clock.
  void turned(const Host& host, base::Time now);
  /// The node ends by itself after a crash "when sent"; `now` by its clock.
  void ends(const Host& host, base::Time now);

 private:
  /// The records of a leaving node that its peers have not acknowledged.
  struct Owed {
    int life = 0;  // the process that they are of (Host::life)
    std::uint64_t records = 0;
    base::Time changed{};
  };

  const SessionChecker& sessions_;
  Findings& findings_;
  std::vector<Owed> owed_;  // by node
};

}  // namespace ovid::sim
