#pragma once
// Why a session with a peer ended, in terms of what was observed.

#include <cstdint>

namespace ovid::base {

enum class EndCause : std::uint8_t {
  Refused,         ///< the connection was lost and a new one refused: no process listens there
  Silent,          ///< nothing received for the silence limit while this node was on time
  NewIncarnation,  ///< another incarnation of the peer has answered on the peer's port
  PeerLeft,        ///< the same incarnation has left the session, for a cause of its own
  Gap,             ///< a record is missing and cannot be sent again
  QueueFull,       ///< more unacknowledged records than the limit allows
  Unheard,         ///< its messages arrived, but said that this node's did not arrive there
};

/// For people and tests.
constexpr const char* text_of(EndCause cause) {
  switch (cause) {
    case EndCause::Refused:
      return "refused";
    case EndCause::Silent:
      return "silent";
    case EndCause::NewIncarnation:
      return "new incarnation";
    case EndCause::PeerLeft:
      return "peer left";
    case EndCause::Gap:
      return "gap";
    case EndCause::QueueFull:
      return "queue full";
    case EndCause::Unheard:
      return "unheard";
  }
  return "?";
}

}  // namespace ovid::base
