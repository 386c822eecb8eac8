#pragma once
// Kills inside a turn: SIGKILL can come at any place of it.

#include <cstddef>
#include <cstdint>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::sim {

/// Places of a turn; a node may come to each of them several times, or never.
enum class Moment : std::uint8_t {
  Stored,        ///< something was appended or checkpointed
  BeforeSync,    ///< values were stored, and none of them is known to be durable
  Synced,        ///< they are durable, and nothing that depends on them has left yet
  RecordsSent,   ///< records for one peer have left; those for others may not have left yet
  BeforeReplies  ///< all records have left, and no reply
};
inline constexpr std::size_t kMoments = 5;
const char* text_of(Moment moment);

struct KillPoint {
  Moment moment = Moment::Stored;
  int count = 1;       ///< the process is killed at the count-th time from now that it comes there
  base::Time until{};  ///< it is not killed at this time or later
};

/// What a process that was killed inside a turn has left undone.
struct Unfinished {
  Moment moment = Moment::Stored;
  std::size_t unsynced = 0;  ///< values that were not synced
  std::size_t kept = 0;      ///< how many of these, the first ones, have reached the disk
  std::size_t messages = 0;  ///< with records, that were not sent
  std::size_t replies = 0;
};

/// A process that was killed inside a turn.
struct Killed {
  base::NodeId node;
  int life = 0;  ///< which of the node's processes (Host::life)
  Unfinished unfinished;
};

}  // namespace ovid::sim
