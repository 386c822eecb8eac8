#include "ovid/link/excuse.hpp"

namespace ovid::link {
namespace {

/// The maximum time that the node may take to find a cause in itself.
constexpr base::Duration kUnclearMax = std::chrono::milliseconds(100);

}  // namespace

bool Excuse::find(base::Time now, const Silence& silence, Transport& transport,
                  observe::Stream& stream) {
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
  stream.tell(observe::SilenceExcused{silence.peer, silence.lasted, fault.what});
  return true;
}

}  // namespace ovid::link
