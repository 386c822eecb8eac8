#pragma once
// Why a session ended, as this node has observed it.

#include "ovid/base/end_cause.hpp"
#include "ovid/base/time.hpp"

namespace ovid::link {

using Cause = base::EndCause;

struct Evidence {
  Cause cause = Cause::Silent;
  base::Duration silent{};  ///< since the last message of the peer, without this node's own delays
};

}  // namespace ovid::link
