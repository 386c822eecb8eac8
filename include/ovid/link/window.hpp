#pragma once
// How many bytes of one connection may be on their way without an acknowledgement: as many as the
// path carries in its round trip, and in 75 ms more, which keep it busy. What is sent later, a ping
// among it, then waits 75 ms behind data, and one record longer on a path so slow that a record
// fills it.
//
// The window is adjusted from round trips alone, in the manner of TCP Vegas (L. Brakmo, S.
// O'Malley, L. Peterson, "TCP Vegas: New Techniques for Congestion Detection and Avoidance",
// SIGCOMM 1994): what a round trip takes longer than the shortest one is the queue that this window
// has built. The step is that of FAST TCP (C. Jin, D. Wei, S. Low, "FAST TCP: Motivation,
// Architecture, Algorithms, Performance", INFOCOM 2004, section IV, with a queue that is given as a
// time):
//
//   bytes = bytes * (shortest + 75 ms) / round trip, at most 16 times as many
//
// Each step waits until messages that were sent under the present window have come back; so no step
// adds more than 75 ms of queue. A round trip that was made while the window was not half full says
// nothing about a full one and does not count. Round trips also grow when processors are busy, and
// then a smaller window would help nobody. So a window that shrinks is a test: if the round trip
// does not follow, the wait is not a queue of this window, it becomes part of the "shortest" round
// trip, and the window is restored; likewise if the wait was over anyway, as after a lost packet. A
// "shortest" round trip that has become longer in this way is tested again from time to time. Over
// a network it does not become longer by more than 150 ms: peers that share a line would take each
// other's queues for the length of the path, and send ever more.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ovid/base/time.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::link {

/// Receivers acknowledge unasked when so many bytes have arrived (Session::owes_much).
inline constexpr std::size_t kUnaskedBytes = std::size_t{256} << 10;

/// On a path over a network, waits beyond the least round trip that are longer than this are those
/// of queues, not of busy processors: of queues to which others contribute, if a smaller window
/// does not shorten them.
inline constexpr base::Duration kForeignWaitMax = std::chrono::milliseconds(150);

/// Of one connection, in bytes of bodies. A pure value that the link calls.
class Window {
 public:
  /// busy_max: by how much the "shortest" round trip may exceed the least one that was measured.
  explicit Window(base::Duration busy_max = base::Duration::max()) : busy_max_(busy_max) {}
  Window anew() const { return Window(busy_max_); }

  /// Whether a body of `bytes` may be sent with `in_flight` bytes before it. With none, any may.
  bool admits(std::size_t bytes, std::size_t in_flight) const {
    return in_flight == 0 || in_flight + bytes <= bytes_;
  }
  std::size_t bytes() const { return bytes_; }
  /// How long the next body may be; one record may always be sent.
  std::size_t slice() const;
  /// Whether that body should ask for an acknowledgement. Those that receivers send unasked are
  /// enough for a wide window, and for one that is not half full.
  bool asks(std::size_t bytes, std::size_t in_flight) const;

  /// The body was sent.
  void sent(std::size_t bytes, bool asks);
  /// Records wait because the window is full: with so many bytes in flight, it admits no more.
  void full(std::size_t in_flight);
  /// A message with the acknowledgement that leaves so many bytes in flight has made this round
  /// trip.
  void returned(base::Duration round_trip, std::size_t in_flight);

 private:
  /// What was before the window was made smaller.
  struct Test {
    std::size_t bytes = 0;
    std::size_t used = 0;
    base::Duration round_trip{};
  };

  void adjust(base::Duration round_trip);
  void grow(base::Duration round_trip);
  void shrink(base::Duration round_trip, double factor);
  bool judge(const Test& test, base::Duration round_trip);
  void scale(double factor);
  base::Duration shortest_max() const {
    return busy_max_ < base::Duration::max() - least_ ? least_ + busy_max_ : base::Duration::max();
  }

  base::Duration busy_max_;
  std::size_t bytes_ = wire::kRecordBytesMax;
  std::size_t used_ = 0;                 // of bytes_, when the window was full
  std::uint64_t sent_ = 0;               // bytes, over the connection's life
  std::uint64_t acknowledged_ = 0;       // of these
  std::size_t unasked_ = 0;              // bytes sent since the last message that asked
  std::optional<std::uint64_t> mark_{};  // round trips of what was sent beyond it are measured
  base::Duration total_{};               // of the round trips measured
  int count_ = 0;                        // of these
  base::Duration shortest_{};            // as the steps take it; 0: not known
  base::Duration least_{};               // of all that were measured
  int untested_ = 0;                     // steps since the last test
  std::optional<Test> test_{};
};

}  // namespace ovid::link
