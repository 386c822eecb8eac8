#pragma once
// The promise of a crash "when sent": the node ends when all records it owes have arrived, or when
// nothing was acknowledged for the silence limit.

#include <cstdint>
#include <vector>

#include "ovid/base/time.hpp"
#include "ovid/sim/findings.hpp"
#include "ovid/sim/host.hpp"
#include "ovid/sim/session_checker.hpp"

namespace ovid::sim {

/// Borrows both.
class FarewellChecker {
 public:
  FarewellChecker(std::size_t nodes, const SessionChecker& sessions, Findings& findings)
      : sessions_(sessions), findings_(findings), owed_(nodes) {}

  /// After a turn; `now` by the host's clock.
  void turned(const Host& host, base::Time now);
  /// The node ends by itself after a crash "when sent"; `now` by its clock.
  void ends(const Host& host, base::Time now);

 private:
  /// What a node that is leaving has not been acknowledged.
  struct Owed {
    int life = 0;  // of which process this is known
    std::uint64_t records = 0;
    base::Time changed{};
  };

  const SessionChecker& sessions_;
  Findings& findings_;
  std::vector<Owed> owed_;  // by node
};

}  // namespace ovid::sim
