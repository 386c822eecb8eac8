#pragma once
// The checkers of a simulated grid's promises, each named by what it checks. Two more are
// elsewhere: liveness is checked at times of its own (liveness_checker.hpp), convergence at the end
// of a run (convergence_checker.hpp).

#include <cstddef>
#include <optional>
#include <string>

#include "ovid/sim/contract_checker.hpp"
#include "ovid/sim/farewell_checker.hpp"
#include "ovid/sim/findings.hpp"
#include "ovid/sim/healthy_checker.hpp"
#include "ovid/sim/ledger_checker.hpp"
#include "ovid/sim/session_checker.hpp"
#include "ovid/sim/stream_checker.hpp"
#include "ovid/sim/troubles.hpp"

namespace ovid::sim {

/// Borrows the limits.
struct Checkers {
  Checkers(std::size_t nodes, const link::Config& links, const Limits& limits)
      : troubles(nodes, limits),
        ledgers(nodes, links, findings),
        sessions(nodes, troubles, ledgers, findings),
        farewells(nodes, sessions, findings),
        healthy(sessions, findings),
        contract(nodes, findings),
        streams(nodes, findings) {}
  Checkers(const Checkers&) = delete;
  Checkers& operator=(const Checkers&) = delete;

  /// The process of a node has ended, in whatever way.
  void ended(base::NodeId node) {
    sessions.ended(node);
    contract.ended(node);
    streams.ended(node);
  }

  Findings findings;
  Troubles troubles;
  LedgerChecker ledgers;
  SessionChecker sessions;
  FarewellChecker farewells;
  HealthyChecker healthy;  ///< if it has begun
  ContractChecker contract;
  StreamChecker streams;
};

}  // namespace ovid::sim
