#pragma once
// A queue that takes no memory while nothing was ever in it: a large grid has a million of them,
// most of them empty (std::deque takes 600 bytes for nothing).

#include <cstddef>
#include <utility>
#include <vector>

namespace ovid::base {

/// First in, first out. T is default constructible and movable. What is taken out is destroyed at
/// once. Adding and removing may move other elements; a moved-from element is only destroyed.
template <typename T>
class Fifo {
 public:
  bool empty() const { return begun_ == items_.size(); }
  std::size_t size() const { return items_.size() - begun_; }
  T& operator[](std::size_t index) { return items_[begun_ + index]; }
  const T& operator[](std::size_t index) const { return items_[begun_ + index]; }
  T& front() { return items_[begun_]; }
  const T& front() const { return items_[begun_]; }

  void push_back(T item) { items_.push_back(std::move(item)); }

  T pop_front() {
    T item = std::exchange(items_[begun_++], T{});
    if (begun_ == items_.size()) {
      clear();
    } else if (begun_ >= kMoved && 2 * begun_ >= items_.size()) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(begun_));
      begun_ = 0;
    }
    return item;
  }

  /// Memory that a burst has needed is released when the burst is over.
  void clear() {
    if (items_.capacity() > kKept)
      items_ = {};
    else
      items_.clear();
    begun_ = 0;
  }

 private:
  static constexpr std::size_t kMoved = 32;  // removed ones, before the rest moves to the front
  static constexpr std::size_t kKept = 64;   // elements for which memory is kept
  std::vector<T> items_;                     // the queue begins at begun_
  std::size_t begun_ = 0;                    // those before were taken out
};

}  // namespace ovid::base
