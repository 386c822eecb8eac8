#pragma once
// The effects of a node's agents in a turn. They leave in the order of the contract
// (agent/effects.hpp): nothing leaves before what it depends on is durable. (This is known as
// output commit: E. N. Elnozahy, L. Alvisi, Y.-M. Wang, D. B. Johnson, "A Survey of
// Rollback-Recovery Protocols in Message-Passing Systems", ACM Computing Surveys 34(3), 2002.)

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ovid/agent/effects.hpp"
#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/link_manager.hpp"
#include "ovid/node/patience.hpp"
#include "ovid/node/routes.hpp"
#include "ovid/node/services.hpp"

namespace ovid::node {

enum class Life : std::uint8_t {
  Runs,
  Leaves,  ///< crashed "when sent": waits for its peers' acknowledgements, and for its replies
  Ended,
};

/// Owned by a node; its seats call it, after they have checked the contract. Holds the state of the
/// node, because agents can end it.
class TurnEffects {
 public:
  /// All arguments are borrowed.
  TurnEffects(const Services& services, Routes& routes, link::LinkManager& links);

  Life life() const { return life_; }
  /// False as soon as no agent of the node may be stepped and no call has an effect.
  bool obeys() const { return life_ == Life::Runs; }

  void begin(base::Time now) { now_ = now; }
  /// Of the present turn.
  base::Time now() const { return now_; }
  /// A time in [min, max] from now.
  base::Time later(base::Duration min, base::Duration max);

  /// False if too many bytes wait for agents of this node already.
  bool send(agent::AgentId from, const agent::Destination& to, std::string_view contents) {
    return routes_.send(from, to, contents);
  }
  void reply(base::ClientId client, base::Rope text);
  void append(agent::AgentId from, std::string_view value);
  void checkpoint(agent::AgentId from, std::string_view value);
  /// `agent` is its name in the log.
  void note(const std::string& agent, base::Severity severity, std::string_view text);
  void crash(agent::Crash how);
  void fail(const std::string& why);

  /// Called at the end of the turn: makes durable what was stored, then sends records and replies.
  void leave();
  /// Until when a leaving node waits for acknowledgements if no more arrive; kNever for all other
  /// nodes.
  base::Time deadline() const { return peers_.deadline(); }

 private:
  void end(Life life);
  bool waits();

  const Services services_;
  Routes& routes_;
  link::LinkManager& links_;
  Patience peers_;    // the wait of a leaving node for acknowledgements
  Patience clients_;  // and its wait for clients to read replies
  Life life_ = Life::Runs;
  base::Time now_{};
  bool unsynced_ = false;  // something was appended
};

}  // namespace ovid::node
