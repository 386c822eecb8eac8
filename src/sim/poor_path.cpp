#include "ovid/sim/poor_path.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;

/// Payload of a packet: Ethernet's 1500 bytes without the headers of IPv4 and TCP with timestamps.
constexpr std::size_t kPacketBytes = 1448;
/// Of an envelope and a body with one ping.
constexpr std::size_t kPingBytesMax = 100;
/// RFC 8985, section 6.2: the part of a round trip by which a packet must have been sent later than
/// a lost one, and the number of packets that show the loss without it.
constexpr int kReorderingPart = 4;
constexpr int kDuplicates = 3;
/// TCP_RTO_MAX of Linux (include/net/tcp.h).
constexpr base::Duration kTimeoutMax = 120s;
/// So long the receiver waits for a second packet before it acknowledges one (RFC 1122, section
/// 4.2.3.2; TCP_DELACK_MIN of Linux). The sender measures it as a part of the round trip.
constexpr base::Duration kDelayedAcknowledgement = 40ms;
/// Linux gives a connection up after so many repetitions (net.ipv4.tcp_retries2). Here the last one
/// always arrives.
constexpr int kRepeatsMax = 15;

}  // namespace

void PoorPath::clear() {
  const base::Duration waited = longest_wait_;
  *this = PoorPath(quality_);
  longest_wait_ = waited;
}

bool PoorPath::full(base::Time now) const {
  return quality_.rate_bits_per_s > 0 && wait(now) >= quality_.time_of(quality_.queue_bytes);
}

std::optional<base::Time> PoorPath::ask_for_room() {
  if (std::exchange(asked_, true)) return std::nullopt;
  return free_at_ - quality_.time_of(quality_.queue_bytes / 2);
}

bool PoorPath::lost(SeededRandom& random) const {
  constexpr std::uint64_t kParts = 100'000'000;
  return quality_.loss_percent > 0 &&
         random.chance(static_cast<std::uint64_t>(std::llround(quality_.loss_percent * 1e6)),
                       kParts);
}

/// RFC 6298, section 2.
void PoorPath::measure(base::Duration round_trip) {
  if (!smoothed_) {
    smoothed_ = round_trip;
    variation_ = round_trip / 2;
    return;
  }
  const base::Duration off = std::chrono::abs(*smoothed_ - round_trip);
  variation_ = (3 * variation_ + off) / 4;
  smoothed_ = (7 * *smoothed_ + round_trip) / 8;
}

/// Linux adds at least the least timeout to the smoothed RTT (tcp_rtt_estimator).
/// It doubles with each of those before.
base::Duration PoorPath::timeout(int before) const {
  const base::Duration first =
      smoothed_.value_or(0s) + std::max(kRetransmissionMin, 4 * variation_);
  return std::min(first * (std::int64_t{1} << before), kTimeoutMax);
}

/// The timer sends the packet again, as often as it does until then and until the packet is not
/// lost. Says when it arrives if nothing but the timer sends it.
void PoorPath::time_out(Hole& hole, base::Time until, base::Duration way) const {
  base::Time at = hole.sent + timeout(hole.timeouts);
  for (; hole.repeats > 0 && at <= until; at += timeout(hole.timeouts)) {
    hole.sent = at;
    hole.packets_after = 0;
    --hole.repeats;
    ++hole.timeouts;
  }
  hole.open = at > until;
  for (int i = 1; i <= hole.repeats; ++i) at += timeout(hole.timeouts + i);
  hole.filled = at + way;
}

/// A packet that was sent at this time, after the lost one, arrives.
void PoorPath::acknowledged(Hole& hole, base::Time sent, base::Duration wait, base::Duration way,
                            base::Duration back) const {
  time_out(hole, sent, way);
  if (!hole.open || sent <= hole.sent) return;
  if (++hole.packets_after < kDuplicates && sent - hole.sent < (way + back) / kReorderingPart)
    return;
  hole.sent = sent + way + back;
  hole.packets_after = 0;
  if (hole.repeats-- > 0) return time_out(hole, sent, way);
  hole.filled = hole.sent + wait + way;
  hole.open = false;
}

base::Time PoorPath::send(base::Time now, std::size_t bytes, base::Duration latency,
                          base::Duration back, SeededRandom& random) {
  const base::Time begin = std::max(now, free_at_);
  if (bytes <= kPingBytesMax) longest_wait_ = std::max(longest_wait_, begin - now);
  const base::Duration way = quality_.delay + latency;
  free_at_ = begin + quality_.time_of(static_cast<std::int64_t>(bytes));
  arrivals_.clear();
  if (quality_.loss_percent == 0) return in_order_ = std::max(in_order_, free_at_ + way);
  const std::size_t packets = std::max<std::size_t>(1, (bytes + kPacketBytes - 1) / kPacketBytes);
  measure(begin - now + way + back + (packets == 1 ? kDelayedAcknowledgement : 0s));
  unsure_.push_back({free_at_ + way, {}});
  send_packets(begin, packets, begin - now, way, back, random);
  return settle(now);
}

/// The packets of the last message leave the bottleneck, one after another.
void PoorPath::send_packets(base::Time begin, std::size_t count, base::Duration wait,
                            base::Duration way, base::Duration back, SeededRandom& random) {
  for (std::size_t i = 1; i <= count; ++i) {
    const base::Time left = begin + (free_at_ - begin) * static_cast<std::int64_t>(i) /
                                        static_cast<std::int64_t>(count);
    if (lost(random)) {
      Hole hole{.sent = left};
      while (hole.repeats < kRepeatsMax && lost(random)) ++hole.repeats;
      time_out(hole, left, way);
      unsure_.back().holes.push_back(hole);
      continue;
    }
    for (Message& message : unsure_)
      for (Hole& hole : message.holes)
        if (hole.open) acknowledged(hole, left, wait, way, back);
  }
}

/// Computes the arrivals of the unsure messages, and returns that of the last. Messages whose
/// arrival can no longer change are not kept.
base::Time PoorPath::settle(base::Time now) {
  base::Time in_order = in_order_;
  std::size_t sure = 0;
  for (const Message& message : unsure_) {
    in_order = std::max(in_order, message.arrival);
    bool open = false;
    for (const Hole& hole : message.holes) {
      in_order = std::max(in_order, hole.filled);
      open = open || (hole.open && hole.filled > now);
    }
    if (!open && sure == arrivals_.size()) {
      ++sure;
      in_order_ = in_order;
    }
    arrivals_.push_back(in_order);
  }
  unsure_.erase(unsure_.begin(), unsure_.begin() + static_cast<std::ptrdiff_t>(sure));
  arrivals_.pop_back();
  return in_order;
}

}  // namespace ovid::sim
