#pragma once
// Kills that come inside a turn: SIGKILL does not wait until a node has said everything.

#include <cstddef>
#include <cstdint>

#include "ovid/base/time.hpp"

namespace ovid::sim {

/// Places of a turn; a node may come to each of them several times, or never.
enum class Moment : std::uint8_t {
  Stored,        ///< something was appended or checkpointed
  BeforeSync,    ///< of which nothing is known to be durable
  Synced,        ///< and nothing has left yet that depends on it
  RecordsSent,   ///< one peer's records have left, others' may have not
  BeforeReplies  ///< all records have left, and no reply
};
inline constexpr std::size_t kMoments = 5;
const char* text_of(Moment moment);

struct KillPoint {
  Moment moment = Moment::Stored;
  int count = 1;       ///< the process dies when it comes there for this time, counted from now
  base::Time until{};  ///< and not later
};

/// What a process that was killed inside a turn has left undone.
struct Unfinished {
  Moment moment = Moment::Stored;
  std::size_t unsynced = 0;  ///< values; of these,
  std::size_t kept = 0;      ///< the first so many have reached the disk
  std::size_t messages = 0;  ///< with records, that it would have sent
  std::size_t replies = 0;
};

}  // namespace ovid::sim
