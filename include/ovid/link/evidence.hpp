#pragma once
// Why a session ended, in terms of what was observed.

#include <string>

#include "ovid/base/end_cause.hpp"
#include "ovid/base/time.hpp"

namespace ovid::link {

using Cause = base::EndCause;

struct Evidence {
  Cause cause = Cause::Silent;
  base::Duration silent{};  ///< since the peer's last word, this node's own delays not counted
};

/// One phrase for the log, for example "silent for 500.3 ms".
std::string text_of(const Evidence& evidence);

}  // namespace ovid::link
