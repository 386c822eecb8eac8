#include "ovid/link/window.hpp"

#include <algorithm>
#include <utility>

namespace ovid::link {
namespace {

using namespace std::chrono_literals;

/// The queue that a window keeps, as the time that it takes.
constexpr base::Duration kQueue = 75ms;
/// A queue that is longer than this makes the window smaller.
constexpr base::Duration kQueueMax = kQueue * 5 / 4;
/// A window is sent in so many parts, each acknowledged: in few large ones a message would wait
/// behind its own window's part, which looks like a queue.
constexpr std::size_t kParts = 16;
/// One step makes a window at most this much larger, or smaller by a factor between these two.
constexpr double kGrowthMax = 16;
constexpr double kShrinkMax = 0.5;
constexpr double kShrinkMin = 0.75;
/// A step looks at this part of a window, behind the mark.
constexpr std::size_t kMeasuredPart = 4;
/// A path is not full if a round trip exceeds the shortest one by less than this part of it.
constexpr int kFullPart = 16;
/// If the shortest round trip is much longer than one that was measured, because processors were
/// busy, it is tested again after so many steps.
constexpr int kUntestedMax = 16;
/// By a window of this part of the present one, whose queue is shorter than that "shortest" one.
constexpr double kTestFactor = 0.25;
/// A round trip shorter than the shortest one counts as one of so many.
constexpr int kShorterWeight = 4;

double ratio(base::Duration a, base::Duration b) {
  return static_cast<double>(a.count()) / static_cast<double>(b.count());
}

}  // namespace

std::size_t Window::slice() const {
  return std::max(bytes_ / kParts, wire::kRecordBytesMax);
}

bool Window::asks(std::size_t bytes, std::size_t in_flight) const {
  const std::size_t part = bytes_ / kParts;
  if (part >= kUnaskedBytes) return false;
  return in_flight + bytes >= bytes_ / 2 && unasked_ + bytes >= part;
}

void Window::sent(std::size_t bytes, bool asks) {
  sent_ += bytes;
  unasked_ = asks ? 0 : unasked_ + bytes;
}

void Window::full(std::size_t in_flight) {
  if (mark_) return;
  mark_ = sent_;
  used_ = std::min(in_flight, bytes_);  // after a step down more is in flight than may be
  total_ = {};
  count_ = 0;
}

void Window::returned(base::Duration round_trip, std::size_t in_flight) {
  round_trip = std::max<base::Duration>(round_trip, 1us);
  if (shortest_ == base::Duration{}) shortest_ = least_ = round_trip;
  least_ = std::min(least_, round_trip);
  const std::uint64_t acknowledged = sent_ - in_flight;
  const std::uint64_t were_in_flight = sent_ - std::exchange(acknowledged_, acknowledged);
  if (!mark_ || acknowledged <= *mark_ || were_in_flight < bytes_ / 2) return;
  total_ += round_trip;
  ++count_;
  if (acknowledged < *mark_ + bytes_ / kMeasuredPart) return;
  mark_.reset();
  adjust(total_ / count_);
}

void Window::adjust(base::Duration round_trip) {
  // Too short for a window that was full: a short message has passed between long ones, or the path
  // has become faster, which the next steps show.
  const bool too_short = round_trip < shortest_ - shortest_ / kFullPart;
  if (used_ <= wire::kRecordBytesMax)
    shortest_ = std::min(round_trip, shortest_max());  // it waits for nothing of its own
  else if (round_trip < shortest_)
    shortest_ -= (shortest_ - round_trip) / kShorterWeight;
  if (const auto test = std::exchange(test_, std::nullopt); test && judge(*test, round_trip))
    return;
  const bool doubtful = shortest_ > least_ + kQueue / 2 && ++untested_ >= kUntestedMax;
  if (doubtful)
    shrink(round_trip, kTestFactor);
  else if (round_trip > shortest_ + kQueueMax)
    shrink(round_trip, std::clamp(ratio(shortest_ + kQueue, round_trip), kShrinkMax, kShrinkMin));
  else if (round_trip <= shortest_ + kQueue)
    grow(too_short ? shortest_ + kQueue : round_trip);
}

/// By a record at least, if the path was not full or has room for it.
void Window::grow(base::Duration round_trip) {
  const double one_more =
      1 + static_cast<double>(wire::kRecordBytesMax) / static_cast<double>(used_);
  const double room = ratio(shortest_ + kQueue, round_trip);
  const double factor = std::min(kGrowthMax, room);
  const bool fits = round_trip < shortest_ + shortest_ / kFullPart || one_more <= room;
  scale(fits ? std::max(one_more, factor) : factor);
}

void Window::shrink(base::Duration round_trip, double factor) {
  untested_ = 0;
  test_ = Test{bytes_, used_, round_trip};
  scale(factor);
}

/// The round trip of a full path is proportional to the window. True if the smaller window was not
/// the remedy, and the former one is restored.
bool Window::judge(const Test& test, base::Duration round_trip) {
  const double smaller = static_cast<double>(used_) / static_cast<double>(test.used);
  const base::Duration expected{
      static_cast<base::Duration::rep>(static_cast<double>(test.round_trip.count()) * smaller)};
  const base::Duration half = (test.round_trip - expected) / 2;
  const bool stayed = round_trip > expected + half && round_trip <= shortest_max();
  const bool was_over = round_trip < expected - half && round_trip < shortest_ + kQueue;
  if (!stayed) shortest_ = std::min(shortest_, round_trip);
  if (!stayed && !was_over) return false;
  if (stayed) shortest_ = std::max(shortest_, round_trip);
  bytes_ = test.bytes;
  return true;
}

/// What was used counts: a window into which half a record more fits carries no more than one that
/// is full.
void Window::scale(double factor) {
  bytes_ = std::max(static_cast<std::size_t>(static_cast<double>(used_) * factor),
                    wire::kRecordBytesMax);
}

}  // namespace ovid::link
