#include "ovid/sim/agenda.hpp"

#include <algorithm>
#include <limits>

namespace ovid::sim {

/// Adds the event to a slice or a block; false if its time is too near or too far away. All slices
/// that are used lie within kSlices numbers, and all blocks within kBlocks, so that no two share a
/// place in their ring.
bool Agenda::put_in_wheels(const Event& event) {
  const std::int64_t number = slice_of(event.at);
  const std::int64_t present = slice_of(now_);
  const std::int64_t begin = std::max(present, first_slice_);
  if (number <= std::max(present, opened_) || number < begin) return false;
  if (slices_.empty()) {
    slices_.resize(static_cast<std::size_t>(kSlices));
    blocks_.resize(static_cast<std::size_t>(kBlocks));
  }
  if (number < begin + kSlices) {
    put_in_slice(event, number);
    return true;
  }
  const std::int64_t in_block = number / kSlices;
  if (in_block >= present / kSlices + kBlocks) return false;
  next_block_ = in_blocks_ == 0 ? in_block : std::min(next_block_, in_block);
  piles_.add(block(in_block), event);
  ++in_blocks_;
  return true;
}

void Agenda::put_in_slice(const Event& event, std::int64_t number) {
  next_slice_ = in_slices_ == 0 ? number : std::min(next_slice_, number);
  piles_.add(slice(number), event);
  ++in_slices_;
}

/// Distributes the next block's events over the slices. Called when no other event is before it.
void Agenda::open_block() {
  first_slice_ = next_block_ * kSlices;
  piles_.take_all(block(next_block_), [this](const Event& event) {
    put_in_slice(event, slice_of(event.at));
    --in_blocks_;
  });
  if (in_blocks_ == 0) return;
  while (block(next_block_).empty()) ++next_block_;
}

/// Sorts the next slice into open_. Called when all events of the slice before have happened.
void Agenda::open_slice() {
  open_.clear();
  place_ = 0;
  piles_.take_all(slice(next_slice_), [this](const Event& event) { open_.push_back(event); });
  std::sort(open_.begin(), open_.end(),
            [](const Event& x, const Event& y) { return Later()(y, x); });
  opened_ = next_slice_;
  in_slices_ -= open_.size();
  if (in_slices_ == 0) return;
  while (slice(next_slice_).empty()) ++next_slice_;
}

/// The next event. Precondition: there is one. A block or a slice is opened only when no other
/// event is before it, because put_in_wheels takes no event for a time before an open slice or
/// block.
const Event& Agenda::first() {
  if (place_ == open_.size()) {
    const std::int64_t few =
        few_.empty() ? std::numeric_limits<std::int64_t>::max() : slice_of(few_.top().at);
    const std::int64_t block_begins = next_block_ * kSlices;
    if (in_blocks_ > 0 && few >= block_begins && (in_slices_ == 0 || next_slice_ >= block_begins))
      open_block();
    if (in_slices_ > 0 && few >= next_slice_) open_slice();
  }
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
