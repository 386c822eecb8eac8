#pragma once
// Deadlines in order: one per key, earliest first, ties by key, so that the same calls always fire
// in the same order.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "ovid/base/time.hpp"

namespace ovid::base {

/// Key: an ordered value. At most one deadline per key, so the size is bounded by the keys.
///
/// Two flat arrays, because a node of a large grid has a thousand timers that are looked at seldom,
/// and then many at once: deadlines by key, and a heap. If a deadline changes, its old entry stays
/// in the heap until it reaches the top or is removed together with others.
template <typename Key>
class Timers {
 public:
  /// Sets the key's deadline, in place of an earlier one. `at` is before kNever.
  void set(const Key& key, Time at) {
    const auto found = place_of(deadlines_, key);
    if (found == deadlines_.end() || found->key != key) {
      deadlines_.insert(found, {at, key});
      ++pending_;
    } else {
      if (found->at == kNever) ++pending_;
      found->at = at;
    }
    heap_.push_back({at, key});
    rise(heap_.size() - 1);
    drop_changed();
  }

  void cancel(const Key& key) {
    const auto found = place_of(deadlines_, key);
    if (found == deadlines_.end() || found->key != key || found->at == kNever) return;
    found->at = kNever;
    --pending_;
    drop_changed();
  }

  /// The earliest deadline, kNever if there is none.
  Time next() const { return heap_.empty() ? kNever : heap_.front().at; }

  /// Takes the earliest deadline out if it is not after `now`.
  std::optional<Key> pop_due(Time now) {
    if (heap_.empty() || heap_.front().at > now) return std::nullopt;
    const Key key = heap_.front().key;
    cancel(key);
    return key;
  }

 private:
  struct Entry {
    Time at;
    Key key;
  };
  static bool before(const Entry& x, const Entry& y) {
    return x.at != y.at ? x.at < y.at : x.key < y.key;
  }

  template <typename Entries>
  static auto place_of(Entries& entries, const Key& key) {
    return std::lower_bound(entries.begin(), entries.end(), key,
                            [](const Entry& entry, const Key& of) { return entry.key < of; });
  }
  Time deadline(const Key& key) const {
    const auto found = place_of(deadlines_, key);
    return found == deadlines_.end() || found->key != key ? kNever : found->at;
  }

  /// The top entry is never out of date; about half of the others may be.
  void drop_changed() {
    const std::size_t max = 2 * pending_ + kSpare;
    if (deadlines_.size() > max)
      std::erase_if(deadlines_, [](const Entry& entry) { return entry.at == kNever; });
    if (heap_.size() > max) {
      heap_.clear();
      std::copy_if(deadlines_.begin(), deadlines_.end(), std::back_inserter(heap_),
                   [](const Entry& entry) { return entry.at != kNever; });
      std::sort(heap_.begin(), heap_.end(),
                [](const Entry& x, const Entry& y) { return before(x, y); });
    }
    while (heap_.size() > pending_ && deadline(heap_.front().key) != heap_.front().at) drop_top();
  }

  void rise(std::size_t place) {
    const Entry entry = heap_[place];
    for (; place > 0; place = (place - 1) / kChildren) {
      const Entry& parent = heap_[(place - 1) / kChildren];
      if (!before(entry, parent)) break;
      heap_[place] = parent;
    }
    heap_[place] = entry;
  }

  void drop_top() {
    const Entry entry = std::move(heap_.back());
    heap_.pop_back();
    const std::size_t size = heap_.size();
    if (size == 0) return;
    std::size_t place = 0;
    for (std::size_t child = 1; child < size; child = kChildren * place + 1) {
      std::size_t first = child;
      for (std::size_t other = child + 1; other < std::min(child + kChildren, size); ++other)
        if (before(heap_[other], heap_[first])) first = other;
      if (!before(heap_[first], entry)) break;
      heap_[place] = heap_[first];
      place = first;
    }
    heap_[place] = entry;
  }

  static constexpr std::size_t kChildren = 4;  // a binary heap touches twice as much memory
  static constexpr std::size_t kSpare = 16;    // so many outdated entries are always allowed
  std::vector<Entry> deadlines_;               // by key; kNever: fired or cancelled
  std::size_t pending_ = 0;                    // deadlines_ that are not kNever
  std::vector<Entry> heap_;                    // all of those, and outdated entries
};

}  // namespace ovid::base
