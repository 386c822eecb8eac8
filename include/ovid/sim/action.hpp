#pragma once
// What can be done to a simulated grid, and when: faults, and lines from clients. The same value
// is a line of a script, an entry of a random schedule, and a line of a failure's report:
//
//   t=1.0 crash 2 for_ms=300            SIGKILL; started again after 300 ms (or by `restart 2`);
//                                       every for_ms takes fractions: 0.087
//   t=1.0 restart 2
//   t=1.0 pause 1 for_ms=800            SIGSTOP; SIGCONT after 800 ms (or by `continue 1`)
//   t=1.0 continue 1
//   t=1.0 partition 0,1 | 2,3,4 for_ms=900   messages between the groups wait,
//                                       attempts to connect time out
//   t=1.0 block 0 > 1 for_ms=900        the same, in one direction
//   t=1.0 hold 0 > 1 for_ms=900         agents' records from 0 to 1 wait, in order; greetings,
//                                       pings and acknowledgements pass, so sessions continue
//   t=1.0 deliver 0 > 1 count=2         the oldest held records arrive now, the others stay held;
//                                       without count: one
//   t=1.0 release 0 > 1                 ends all holds of the path; the held records continue
//   t=1.0 heal                          ends all partitions, blocks and holds
//   t=1.0 cut 0 - 1                     both connections end; the last messages in flight are
//                                       lost, a random number of them
//   t=1.0 poor 0 > 1 rate_kbit=256 delay_ms=50 queue_kib=64 loss_percent=1 for_ms=900
//                                       the path is slow, far and lossy, in this direction; what is
//                                       not given is unlimited, the queue has 64 KiB
//                                       (path_quality.hpp)
//   t=1.0 refuse 0 > 1 for_ms=200       0's attempts to connect to 1 are refused
//   t=1.0 slow 3 by_ms=5 for_ms=900     reads one message every 5 ms
//   t=1.0 late 3 by_ms=200 for_ms=900   every wake-up is up to 200 ms late
//   t=1.0 drift 3 by_ppm=5000           its clock runs 5000 millionths too fast (-5000: too slow)
//   t=1.0 duplicate per_thousand=20 for_ms=900    20 of 1000 messages arrive twice
//   t=1.0 corrupt per_thousand=20 for_ms=900      20 of 1000 messages have one wrong byte, but
//                                       not in the contents of records
//   t=1.0 forge per_s=50 for_ms=900     50 messages a second to random nodes, with a forged
//                                       sender
//   t=1.0 settle                        only waits until the grid is quiet: all records that are
//                                       not held have arrived, nodes that can reach each other
//                                       are in sessions, and only pings are sent
//   t=1.0 line 0 broadcast hello        a line of a client; the answer is in the trace
//
// A line of a script without t= begins when the action before it is over. `deliver` is over when
// the node has read the records, `line` when it has read the line, `settle` when the grid is quiet,
// and all other actions at once. A line with t= begins at its time, but not before a `deliver` or a
// `settle` before it is over.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/sim/path_quality.hpp"

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
  Poor,
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
  base::Duration at{};   ///< since the beginning of the run; the action begins then or later
  bool follows = false;  ///< has no time of its own: begins when the action before it is over
  Verb verb = Verb::Heal;
  std::vector<base::NodeId> left;   ///< the node, or the first group
  std::vector<base::NodeId> right;  ///< the other node, or the second group
  base::Duration lasting{};         ///< 0: until something else ends it
  std::int64_t amount = 0;          ///< by_ms, by_ppm, per_thousand, per_s or count
  std::string text;                 ///< the line, for Verb::Line
  PathQuality quality;              ///< for Verb::Poor

  base::NodeId node() const { return left.front(); }
};

/// The action as a line of a script.
std::string text_of(const Action& action);
/// The name of a verb in scripts and in the option --faults.
std::string_view word_of(Verb verb);
std::optional<Verb> verb_of(std::string_view word);
/// The settings of a verb and their ranges: "by_ms=1..1000000 for_ms=0..1000000000".
std::string settings_of(Verb verb);

/// Reads one line of a script for a grid of `nodes` nodes. Returns the action, or a text that says
/// what is wrong. A line without a time gets `before`, the time of the line before it.
std::variant<Action, std::string> parse_action(std::string_view line, int nodes,
                                               std::optional<base::Duration> before = {});

}  // namespace ovid::sim
