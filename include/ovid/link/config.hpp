#pragma once
// The settings of a node's links: all numbers of their promises.

#include <algorithm>
#include <cstddef>
#include <string>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::link {

using namespace std::chrono_literals;

/// The maximum number of times that a pause doubles: it becomes at most eight times as long. When a
/// whole grid starts on few processors, greetings delay the answers to other greetings, so repeated
/// ones must become rarer.
inline constexpr int kDoublingsMax = 3;

/// Config::silence_max over networks, by default.
inline constexpr base::Duration kSilenceMax = 3s;

struct Config {
  /// The defaults below, scaled to a grid of n nodes of which `nodes_here` (1..n) share a machine
  /// with two processors. Waits that become longer than the default: hello with more than 10 nodes
  /// here, connect_max and handshake_max with more than 25, mute with more than 50, silence with
  /// more than 66.
  static Config for_grid(base::NodeId self, int nodes, int nodes_here);

  base::NodeId self;
  int nodes = 1;  ///< 1..base::kNodesMax; self is below it
  /// Grids of different names never see each other: 0..64 bytes of [A-Za-z0-9._-].
  std::string grid{};

  /// A peer is down if nothing was received from it for this time. Delays of this node itself do
  /// not count.
  base::Duration silence = 600ms;
  /// On a path that has shown long round trips or late messages the limit is longer
  /// (path_history.hpp), up to this. Not more than `silence`: nothing is learned.
  base::Duration silence_max{};
  bool learns() const { return silence_max > silence; }
  base::Duration longest_silence() const { return std::max(silence, silence_max); }
  /// Time between the pings of an idle link; at most half of `silence`, or a single late ping would
  /// end a session. Each pair costs two pings an interval, so this decides the cost of an idle
  /// grid. Half is the maximum; with the default silence limit a failure is detected after 450 ms
  /// in the median (silence - ping / 2), and within a second even with the longest extension.
  base::Duration ping = 300ms;
  /// After this time a connected peer that does not answer is greeted again. Doubles each time, up
  /// to eight times as long.
  base::Duration hello = 100ms;
  /// The longest pause between two attempts to connect to an absent peer. Its own greeting ends
  /// the pause, so this bounds only the recovery of a network that lost both sides' connections.
  base::Duration retry_max = 1s;
  /// If a peer does not answer on a connection for this time, the connection is made again: after a
  /// network fault TCP waits for its own, ever longer retransmission timer (RFC 6298, section 5).
  /// Doubles up to eight times as long until a message of a session arrives. Longer on a path on
  /// which it took long to connect (Dialer::answer_time).
  base::Duration mute = 1s;
  /// The limits of an attempt to connect (AttemptLimits), as long as attempts do not fail because
  /// of them.
  base::Duration connect_max = 500ms;
  base::Duration handshake_max = 1s;
  /// Each limit doubles when an attempt fails because of it (Dialer::limits), up to these values,
  /// or up to its first value if that is longer.
  ///
  /// A connection takes one round trip, its handshake three. So attempts succeed on paths with
  /// round trips of up to 3.3 s, and a longer limit to connect would help on none of them.
  ///
  /// It would do harm: if the first packet of an attempt (SYN) is lost, TCP sends it again after 1,
  /// 3 and 7 s (RFC 6298, sections 2.1 and 5.5). With 4 s, an attempt that began before a network
  /// was repaired sends one at most 2 s after the repair, or ends; with 10 s that could take 4 s.
  base::Duration connect_grown_max = 4s;
  base::Duration handshake_grown_max = 10s;
  /// An attempt to connect is given up if the driver has not reported its outcome so long after
  /// both limits (libzmq reports none when it is out of descriptors).
  base::Duration attempt_margin = 500ms;
  /// Limit of the bytes of records kept per peer until they are acknowledged. At this limit the
  /// node stops reading the source of its records. If an agent sends on nevertheless, the session
  /// ends at twice this limit plus unstoppable_bytes, which a source may add before it can stop.
  std::size_t unacked_bytes_max = std::size_t{64} << 20;
  std::size_t unstoppable_bytes = 0;

  std::size_t overfull_bytes() const { return 2 * unacked_bytes_max + unstoppable_bytes; }
};

}  // namespace ovid::link
