#pragma once
// The contract between a node and the agents it hosts: events in (event.hpp), effects out
// (effects.hpp).
//
// An agent is a deterministic state machine: same state and same event, same effects in the same
// order. It reads no clock, draws no random number, starts no thread, opens no file, never waits,
// and iterates over ordered containers only. It cannot tell whether it runs on ZeroMQ or in a
// simulation. (The model: F. B. Schneider, "Implementing Fault-Tolerant Services Using the State
// Machine Approach", ACM Computing Surveys 22(4), 1990, section 2.)

#include "ovid/agent/effects.hpp"
#include "ovid/agent/event.hpp"

namespace ovid::agent {

/// Owned by its node, called on the loop's thread.
class Agent {
 public:
  virtual ~Agent() = default;
  /// An exception that leaves it ends the node, as a breach of the contract does.
  virtual void step(const Event& event, Effects& effects) = 0;
  /// Whether it appends or checkpoints: a node without a store refuses it at start. Asked once,
  /// before the first step; a node whose agent throws here does not start.
  virtual bool needs_store() const { return false; }
};

}  // namespace ovid::agent
