#pragma once
// Why a session with a peer ended, in terms of what was observed.

#include <cstdint>

namespace ovid::base {

enum class EndCause : std::uint8_t {
  Refused,         ///< the connection was lost and a new one refused: nobody listens there
  Silent,          ///< nothing heard for the silence limit while this node was on time
  NewIncarnation,  ///< another incarnation of the peer has answered on the peer's port
  PeerLeft,        ///< the same incarnation has left the session (it had its own evidence)
  Gap,             ///< a record is missing and nothing can fill it
  QueueFull,       ///< more unacknowledged records than the bound allows
};

/// In two words, for people and tests.
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
  }
  return "?";
}

}  // namespace ovid::base
