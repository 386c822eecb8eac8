#pragma once
// Deadlines in order: one per key, earliest first, ties by key, so that the same calls always fire
// in the same order.

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "ovid/base/time.hpp"

namespace ovid::base {

/// Key: an ordered value. At most one deadline per key, so the size is bounded by the keys.
template <typename Key>
class Timers {
 public:
  /// Sets the key's deadline, in place of an earlier one.
  void set(const Key& key, Time at) {
    cancel(key);
    order_.emplace(at, key);
    times_.emplace(key, at);
  }

  void cancel(const Key& key) {
    const auto found = times_.find(key);
    if (found == times_.end()) return;
    order_.erase({found->second, key});
    times_.erase(found);
  }

  bool pending(const Key& key) const { return times_.contains(key); }

  /// The earliest deadline, kNever if there is none.
  Time next() const { return order_.empty() ? kNever : order_.begin()->first; }

  /// Takes the earliest deadline out if it is not after `now`.
  std::optional<Key> pop_due(Time now) {
    if (next() > now) return std::nullopt;
    const Key key = order_.begin()->second;
    cancel(key);
    return key;
  }

 private:
  std::set<std::pair<Time, Key>> order_;  // the same entries as times_, by time
  std::map<Key, Time> times_;
};

}  // namespace ovid::base
