#include "ovid/link/excuse.hpp"

#include <fmt/format.h>

namespace ovid::link {
namespace {

/// A node that does not find out in this time what is wrong with itself finds nothing.
constexpr base::Duration kUnclearMax = std::chrono::milliseconds(100);

}  // namespace

bool Excuse::find(base::Time now, const Silence& silence, Transport& transport,
                  base::Notes& notes) {
  if (silence.heard == excused_) return false;
  const OwnFault fault = transport.own_fault(now);
  switch (fault.verdict) {
    case OwnFault::Verdict::None:
      return false;
    case OwnFault::Verdict::Unclear:
      return silence.excess < kUnclearMax;
    case OwnFault::Verdict::Found:
      break;
  }
  excused_ = silence.heard;
  notes.note(base::Severity::Warning, silence.peer,
             fmt::format("silent for {:.1f} ms while this node itself {}: it is given one limit "
                         "more",
                         base::in_ms(silence.lasted), fault.what));
  return true;
}

}  // namespace ovid::link
