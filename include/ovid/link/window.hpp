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
// adds more than 75 ms of queue. Round trips also grow when processors are busy, and then a smaller
// window would help nobody. So a window that shrinks is a test: if the round trip does not follow,
// the wait is not a queue of this window, it becomes part of the "shortest" round trip, and the
// window is restored; likewise if the wait was over anyway, as after a lost packet. A "shortest"
// round trip that has become longer in this way is tested again from time to time.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ovid/base/time.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::link {

/// Receivers acknowledge unasked when so many bytes have arrived (Session::owes_much).
inline constexpr std::size_t kUnaskedBytes = std::size_t{256} << 10;

/// Of one connection, in bytes of bodies. A pure value that the link calls.
class Window {
 public:
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

  std::size_t bytes_ = wire::kRecordBytesMax;
  std::size_t used_ = 0;                 // of bytes_, when the window was full
  std::uint64_t sent_ = 0;               // bytes, over the connection's life
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
