#pragma once
// What a node's links can be told: every promise that has a number has it here.

#include <cstddef>
#include <string>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::link {

using namespace std::chrono_literals;

/// Pauses that grow by doubling do so at most so often: up to eight times as long. Where a whole
/// grid starts on few processors, answers are late because of the questions.
inline constexpr int kDoublingsMax = 3;

struct Config {
  /// The defaults below, scaled to a grid of n nodes of which `nodes_here` (1..n) share a machine
  /// of two processors. Longer than the default are: hello with more than 10 nodes here,
  /// connect_max and handshake_max with more than 25, mute with more than 50, silence with more
  /// than 66.
  static Config for_grid(base::NodeId self, int nodes, int nodes_here);

  base::NodeId self;
  int nodes = 1;  ///< 1..base::kNodesMax; self is below it
  /// Grids of different names never see each other: 0..64 bytes of [A-Za-z0-9._-].
  std::string grid{};

  /// A peer that has not been heard for so long, while this node itself was on time, is down.
  base::Duration silence = 600ms;
  /// How often an idle link says that it is alive; at most half of `silence`, or a single late ping
  /// would be taken for a death. Each pair costs two pings an interval, so this decides what an
  /// idle grid costs: half, the longest, with a silence limit that keeps the median of detection
  /// (silence - ping / 2) at 450 ms and its maximum, with all doubt, below a second.
  base::Duration ping = 300ms;
  /// After what time a connected peer that does not answer is greeted again; doubles up to eight
  /// times as long.
  base::Duration hello = 100ms;
  /// The longest pause between two attempts to connect to an absent peer. Its own greeting ends
  /// the pause, so this bounds only the recovery of a network that lost both sides' connections.
  base::Duration retry_most = 1s;
  /// A connection on which a peer stays mute for so long is made anew: after a cut, TCP itself
  /// would wait for its own ever longer retransmission timer (RFC 6298, section 5). Doubles up to
  /// eight times as long until a session's word arrives.
  base::Duration mute = 1s;
  /// The transport's own limits: an attempt to connect that takes longer is reported as
  /// unreachable, a connection without a handshake by then as disconnected.
  base::Duration connect_max = 500ms;
  base::Duration handshake_max = 1s;
  /// An attempt to connect whose outcome the driver does not report by then is given up (libzmq
  /// reports none when it is out of descriptors). Longer than any attempt of the driver's.
  base::Duration attempt = 2s;
  /// Bound of the records kept per peer until they are acknowledged; beyond it the source is
  /// slowed. Beyond twice of it, and what a source adds before it can stop (an agent that does not
  /// stop at all), the session ends.
  std::size_t unacked_bytes_max = std::size_t{64} << 20;
  std::size_t unstoppable_bytes = 0;

  std::size_t overfull_bytes() const { return 2 * unacked_bytes_max + unstoppable_bytes; }
};

}  // namespace ovid::link
