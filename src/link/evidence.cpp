#include "ovid/link/evidence.hpp"

#include <fmt/format.h>

namespace ovid::link {

std::string text_of(const Evidence& evidence) {
  const double silent_ms = base::in_ms(evidence.silent);
  switch (evidence.cause) {
    case Cause::Refused:
      return fmt::format("connection lost and refused, last heard {:.1f} ms ago", silent_ms);
    case Cause::Silent:
      return fmt::format("silent for {:.1f} ms while this node was on time", silent_ms);
    case Cause::NewIncarnation:
      return "restarted: a new incarnation answers on its port";
    case Cause::PeerLeft:
      return fmt::format("the peer left the session, last heard {:.1f} ms ago", silent_ms);
    case Cause::Gap:
      return "a record is missing";
    case Cause::QueueFull:
      return "too many unacknowledged records";
  }
  return "?";
}

}  // namespace ovid::link
