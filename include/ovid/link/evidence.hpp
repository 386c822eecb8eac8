#pragma once
// Why a session ended, as this node has observed it.

#include "ovid/base/end_cause.hpp"
#include "ovid/base/time.hpp"

namespace ovid::link {

using Cause = base::EndCause;

struct Evidence {
  Cause cause = Cause::Silent;
  base::Duration silent{};  ///< since the last message of the peer, without this node's own delays
  base::Duration limit{};   ///< of silence, for this peer at this time
  // Why the limit is longer than Config::silence, if it is:
  base::Duration late{};        ///< of messages, since a minute without lateness
  base::Duration round_trip{};  ///< the least that was measured lately
};

}  // namespace ovid::link
