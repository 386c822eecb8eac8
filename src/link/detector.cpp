#include "ovid/link/detector.hpp"

namespace ovid::link {
namespace {

/// If the cause of a silence is not clear yet, the peer is checked again after this time.
constexpr base::Duration kDoubtedAgain = std::chrono::milliseconds(25);

}  // namespace

std::optional<base::Duration> Detector::judge(base::Time now, base::NodeId peer,
                                              base::Duration limit, const OwnTime& own,
                                              Transport& transport, observe::Stream& stream) {
  const base::Duration silent = silence(now, own);
  const base::Duration allowed = excuse_.limit(heard_, limit);
  const base::Duration excess = silent - allowed - own.doubt(now);
  if (excess >= base::Duration{} &&
      !excuse_.find(now, {peer, heard_, silent, excess}, transport, stream))
    return std::nullopt;
  return silent < allowed ? allowed - silent : kDoubtedAgain;
}

}  // namespace ovid::link
