#include "ovid/link/outbox.hpp"

#include <algorithm>

#include "ovid/base/check.hpp"

namespace ovid::link {
namespace {

std::size_t cost_of(const Batch& batch) {
  return batch.body.size() + sizeof(Outbox::Entry);
}

}  // namespace

void Outbox::push(const Batch& batch) {
  entries_.push_back({batch, offered_ + 1});
  offered_ += batch.count;
  bytes_ += cost_of(batch);
}

void Outbox::sent() {
  base::check(sent_ < entries_.size(), "sent() is called only if a batch is unsent");
  const Entry& entry = entries_[sent_++];
  ever_sent_ = std::max(ever_sent_, entry.first + entry.batch.count - 1);
}

bool Outbox::acknowledge(std::uint64_t number) {
  if (number > ever_sent_) return false;
  acknowledged_ = std::max(acknowledged_, number);
  while (!entries_.empty() &&
         entries_.front().first + entries_.front().batch.count - 1 <= acknowledged_) {
    bytes_ -= cost_of(entries_.front().batch);
    entries_.pop_front();
    if (sent_ > 0) --sent_;
  }
  return true;
}

}  // namespace ovid::link
