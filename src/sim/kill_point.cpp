#include "ovid/sim/kill_point.hpp"

namespace ovid::sim {

const char* text_of(Moment moment) {
  switch (moment) {
    case Moment::Stored:
      return "something is stored";
    case Moment::BeforeSync:
      return "the sync begins";
    case Moment::Synced:
      return "the sync is over";
    case Moment::RecordsSent:
      return "records leave";
    case Moment::BeforeReplies:
      return "replies are about to leave";
  }
  return "?";
}

}  // namespace ovid::sim
