#pragma once
// Contenders that are no chatroom: a process for each node that does nothing but send and receive
// the records of a round.

#include <functional>
#include <memory>

#include "ovid/bench/child.hpp"
#include "ovid/bench/load.hpp"

namespace ovid::bench {

/// What one process has to do.
struct Part {
  int self = 0;
  int port = 0;  ///< that of node 0; the others' ports follow
  Load load;
};

/// One process, in three steps: it is constructed, it meets the others, it works. A step begins
/// when all have ended the one before. An exception is the reason why there is no result.
class Member {
 public:
  Member() = default;
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  virtual ~Member() = default;

  /// Everything that comes before the first record, such as connections.
  virtual void meet() = 0;
  /// Sends the records of this node and receives those of the others.
  virtual void work() = 0;
};
using MakeMember = std::function<std::unique_ptr<Member>(const Part&)>;

/// From the beginning of the first work to the end of the last. `server`: another process that
/// carries the records, whose processor time counts too; may be null.
Rate team_rate(const Load& load, Sessions sessions, const MakeMember& make,
               const Child* server = nullptr);

}  // namespace ovid::bench
