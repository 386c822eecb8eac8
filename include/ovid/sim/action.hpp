#pragma once
// What can be done to a simulated grid, and when: faults, and lines from masters. The same value
// is a line of a script, an entry of a random schedule, and a line of a failure's report:
//
//   t=1.0 crash 2 for_ms=300            SIGKILL; started again after 300 ms (or by `restart 2`);
//                                       every for_ms takes fractions: 0.087
//   t=1.0 restart 2
//   t=1.0 pause 1 for_ms=800            SIGSTOP; SIGCONT after 800 ms (or by `continue 1`)
//   t=1.0 continue 1
//   t=1.0 partition 0,1 | 2,3,4 for_ms=900   nothing passes between the groups, nothing is refused
//   t=1.0 block 0 > 1 for_ms=900        the same, in one direction
//   t=1.0 hold 0 > 1 for_ms=900         agents' records from 0 to 1 wait, in order; greetings,
//                                       pings and acknowledgements pass: sessions live on
//   t=1.0 deliver 0 > 1 count=2         the oldest held records arrive now, the others stay held;
//                                       without count: one
//   t=1.0 release 0 > 1                 ends all holds of the path; what is held goes on
//   t=1.0 heal                          ends all partitions, blocks and holds
//   t=1.0 cut 0 - 1                     both connections break; a random rest in flight is lost
//   t=1.0 refuse 0 > 1 for_ms=200       0's attempts to connect to 1 are refused
//   t=1.0 slow 3 by_ms=5 for_ms=900     reads one message every 5 ms
//   t=1.0 late 3 by_ms=200 for_ms=900   wakes up to 200 ms late
//   t=1.0 drift 3 by_ppm=5000           its clock runs so many millionths too fast (or slow: -)
//   t=1.0 duplicate per_thousand=20 for_ms=900    messages that arrive twice
//   t=1.0 corrupt per_thousand=20 for_ms=900      messages with a wrong byte outside of contents
//   t=1.0 forge per_s=50 for_ms=900     messages of a stranger in a node's name, to random nodes
//   t=1.0 settle                        nothing; over when only pings are still to come: what is
//                                       not held has arrived, who can be reached is in a session
//   t=1.0 line 0 broadcast hello        a master's line; the answer is in the trace
//
// A line of a script may have no t=: it happens when the line before is over. `deliver` is over
// when the node has read the records, `line` when it has read the line, `settle` as above, all
// others at once. A line with t= waits for a `deliver` or a `settle` before it as well.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::sim {

enum class Verb : std::uint8_t {
  Crash,
  Restart,
  Pause,
  Continue,
  Partition,
  Block,
  Hold,
  Deliver,
  Release,
  Heal,
  Cut,
  Refuse,
  Slow,
  Late,
  Drift,
  Duplicate,
  Corrupt,
  Forge,
  Settle,
  Line,
};

struct Action {
  base::Duration at{};   ///< since the beginning of the run, at the earliest
  bool follows = false;  ///< has no time of its own: happens when the one before is over
  Verb verb = Verb::Heal;
  std::vector<base::NodeId> left;   ///< the node, or the first group
  std::vector<base::NodeId> right;  ///< the other node, or the second group
  base::Duration lasting{};         ///< 0: until something else ends it
  std::int64_t amount = 0;          ///< by_ms, by_ppm, per_thousand, per_s or count
  std::string text;                 ///< of a line

  base::NodeId node() const { return left.front(); }
};

/// As a line of a script.
std::string text_of(const Action& action);
/// The word of a verb, as in scripts and in the option --faults.
std::string_view word_of(Verb verb);
std::optional<Verb> verb_of(std::string_view word);
/// The settings of a verb and their ranges: "by_ms=1..1000000 for_ms=0..1000000000".
std::string settings_of(Verb verb);

/// One line of a script for a grid of n nodes, or what is wrong with it. A line without a time has
/// that of the line before, if there is one.
std::variant<Action, std::string> parse_action(std::string_view line, int nodes,
                                               std::optional<base::Duration> before = {});

}  // namespace ovid::sim
