#pragma once
// When the messages of a connection arrive that goes over a path of limited quality. A message
// waits until the bottleneck has sent what was queued before it, takes its bytes' time there, and
// then the delay. It travels in packets, and a lost packet delays its message and all behind it, as
// in TCP:
//
// - The sender learns of the loss by the acknowledgement of a packet that it sent a quarter of a
//   round trip later, or of the third that it sent later at all, and sends the lost one again: it
//   arrives one round trip after the other (RACK: RFC 8985, section 6.2; Linux's
//   net.ipv4.tcp_recovery). The same if that one is lost again.
// - Otherwise a timer sends it again, after RTT + max(200 ms, 4 x the RTT's variation) (RFC 6298,
//   section 2; 200 ms is Linux's TCP_RTO_MIN). The RTT that it measures includes the 40 ms for
//   which a single packet's acknowledgement is delayed (RFC 1122, section 4.2.3.2). Each time the
//   same packet is lost again, the timer waits twice as long (section 5.5), at most 120 s
//   (TCP_RTO_MAX).
//
// Not modelled: the congestion window (the sender always fills the bottleneck), lost
// acknowledgements (the next one tells the same), tail loss probes (RFC 8985), and the bottleneck's
// time for packets that are sent again.

#include <cstddef>
#include <optional>
#include <vector>

#include "ovid/base/time.hpp"
#include "ovid/sim/path_quality.hpp"
#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {

/// One direction of a path, with the TCP connection that uses it. Owned by PoorPaths.
class PoorPath {
 public:
  explicit PoorPath(const PathQuality& quality) : quality_(quality) {}

  const PathQuality& quality() const { return quality_; }
  /// How long a packet that is sent now waits for the bottleneck.
  base::Duration wait(base::Time now) const {
    return free_at_ > now ? free_at_ - now : base::Duration{};
  }
  /// Whether the queue takes no message now. If so, the caller is given, once, the time when half
  /// of the queue is free again.
  bool full(base::Time now) const;
  std::optional<base::Time> ask_for_room();
  /// That time has come.
  void has_room() { asked_ = false; }

  /// A message is sent now. Returns when it arrives. `latency` is the time that it takes besides
  /// the quality's delay, and `back` the time in which its acknowledgement returns.
  base::Time send(base::Time now, std::size_t bytes, base::Duration latency, base::Duration back,
                  SeededRandom& random);
  /// Arrivals of the last messages before that one, in order. Those that wait for a lost packet may
  /// arrive sooner than was said before, because the sender learns sooner of the loss.
  const std::vector<base::Time>& sooner() const { return arrivals_; }
  /// Whether a packet that is sent now gets lost. Draws nothing if the path loses none.
  bool lost(SeededRandom& random) const;
  /// The connection is gone with all that was queued and on its way, or all of that has arrived.
  void clear();
  /// The longest time that a message as short as a ping has waited for the bottleneck, on all
  /// connections.
  base::Duration longest_wait() const { return longest_wait_; }

 private:
  /// A packet that was lost.
  struct Hole {
    base::Time sent;        // last
    int repeats = 0;        // how many times it is lost again, when it is sent after that
    int timeouts = 0;       // how many times the timer has sent it
    int packets_after = 0;  // that were sent later and arrive
    base::Time filled{};    // when it arrives after all, as far as is known
    bool open = true;       // whether it may still arrive sooner
  };
  struct Message {
    base::Time arrival;  // if no packet were lost
    std::vector<Hole> holes;
  };

  void measure(base::Duration round_trip);
  base::Duration timeout(int before) const;
  void time_out(Hole& hole, base::Time until, base::Duration way) const;
  void acknowledged(Hole& hole, base::Time sent, base::Duration wait, base::Duration way,
                    base::Duration back) const;
  void send_packets(base::Time begin, std::size_t count, base::Duration wait, base::Duration way,
                    base::Duration back, SeededRandom& random);
  base::Time settle(base::Time now);

  PathQuality quality_;
  base::Duration longest_wait_{};
  base::Time free_at_{};         // when the bottleneck has sent all that is queued
  bool asked_ = false;           // for room
  base::Time in_order_{};        // all messages before `unsure_` have arrived by then
  std::vector<Message> unsure_;  // messages with open holes, and those behind them
  std::vector<base::Time> arrivals_;
  std::optional<base::Duration> smoothed_;  // SRTT of RFC 6298
  base::Duration variation_{};              // RTTVAR
};

}  // namespace ovid::sim
