#pragma once
// Why a session ended, in terms of what was observed.

#include <cstdint>
#include <string>

#include "ovid/base/time.hpp"

namespace ovid::link {

enum class Cause : std::uint8_t {
  Refused,         ///< the connection was lost and a new one refused: nobody listens there
  Silent,          ///< no word for the silence limit while this node was on time
  NewIncarnation,  ///< another incarnation of the peer has answered on the peer's port
  PeerLeft,        ///< the same incarnation has left the session (it had its own evidence)
  Gap,             ///< a record is missing and nothing can fill it
  QueueFull,       ///< more unacknowledged records than the bound allows
};

struct Evidence {
  Cause cause = Cause::Silent;
  base::Duration silent{};  ///< since the peer's last word, this node's own delays not counted
};

/// One phrase for the log, for example "silent for 500.3 ms".
std::string text_of(const Evidence& evidence);

}  // namespace ovid::link
