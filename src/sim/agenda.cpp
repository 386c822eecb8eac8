#include "ovid/sim/agenda.hpp"

#include <algorithm>

namespace ovid::sim {

/// False if the event is too near or too far away.
bool Agenda::put_in_slice(const Event& event) {
  const std::int64_t number = slice_of(event.at);
  const std::int64_t present = slice_of(now_);
  if (number <= std::max(present, opened_) ||
      number >= present + static_cast<std::int64_t>(kSlices))
    return false;
  if (slices_.empty()) slices_.resize(kSlices);
  next_slice_ = in_slices_ == 0 ? number : std::min(next_slice_, number);
  slice(number).push_back(event);
  ++in_slices_;
  return true;
}

/// The next one, when the one before has happened as a whole.
void Agenda::open_slice() {
  open_.clear();
  place_ = 0;
  open_.swap(slice(next_slice_));
  std::sort(open_.begin(), open_.end(),
            [](const Event& x, const Event& y) { return Later()(y, x); });
  opened_ = next_slice_;
  in_slices_ -= open_.size();
  if (in_slices_ == 0) return;
  while (slice(next_slice_).empty()) ++next_slice_;
}

/// There is one. A slice is not opened before its time: what is added then for a time before it
/// would find no slice.
const Event& Agenda::first() {
  const bool slice_due = place_ == open_.size() && in_slices_ > 0 &&
                         (few_.empty() || slice_of(few_.top().at) >= next_slice_);
  if (slice_due) open_slice();
  if (place_ == open_.size()) return few_.top();
  if (few_.empty() || Later()(few_.top(), open_[place_])) return open_[place_];
  return few_.top();
}

Event Agenda::pop() {
  const Event event = first();
  now_ = event.at;
  if (place_ < open_.size() && open_[place_].order == event.order)
    ++place_;
  else
    few_.pop();
  return event;
}

}  // namespace ovid::sim
