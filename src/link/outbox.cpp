#include "ovid/link/outbox.hpp"

#include <algorithm>
#include <utility>

#include "ovid/base/check.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::link {

void Outbox::push(const Batch& batch) {
  entries_.push_back({batch, offered_ + 1});
  offered_ += batch.count;
  messages_offered_ += batch.messages;
  bytes_ += cost_of(batch.body.size());
}

void Outbox::pass_record(Place& place, std::string_view body) {
  const wire::Head head = wire::first_record(body.substr(place.bytes));
  place.bytes += head.bytes;
  ++place.count;
  if (!head.goes_on) ++place.messages;
}

Outbox::Slice Outbox::unsent(std::size_t bytes_max) const {
  base::check(has_unsent(), "unsent() is called only if records are unsent");
  const auto& [batch, first] = entries_[sent_];
  Place end{batch.body.size(), batch.count, batch.messages};
  if (end.bytes - sent_part_.bytes > bytes_max) {
    end = sent_part_;
    Place next = end;
    do {
      end = next;
      pass_record(next, batch.body.view());
    } while (next.bytes - sent_part_.bytes <= bytes_max);
    if (end.count == sent_part_.count) end = next;
  }
  return {batch.body.without_first(sent_part_.bytes).first(end.bytes - sent_part_.bytes),
          end.count - sent_part_.count, first + sent_part_.count,
          messages_sent_ + end.messages - sent_part_.messages};
}

void Outbox::sent(const Slice& slice) {
  const Entry& entry = entries_[sent_];
  sent_part_.bytes += slice.body.size();
  sent_part_.count += slice.count;
  sent_part_.messages += static_cast<std::uint32_t>(slice.messages - messages_sent_);
  messages_sent_ = slice.messages;
  in_flight_ += slice.body.size();
  ever_sent_ = std::max(ever_sent_, slice.first + slice.count - 1);
  if (sent_part_.count < entry.batch.count) return;
  ++sent_;
  sent_part_ = {};
}

void Outbox::rewind() {
  sent_ = 0;
  sent_part_ = acknowledged_part_;
  in_flight_ = 0;
  messages_sent_ = messages_acknowledged_;
}

bool Outbox::acknowledge(std::uint64_t number) {
  if (number > ever_sent_) return false;
  if (number <= acknowledged_) return true;
  acknowledged_ = number;
  while (!entries_.empty() && entries_.front().first + entries_.front().batch.count - 1 <= number)
    drop_front();
  if (!entries_.empty() && entries_.front().first <= number) acknowledge_part(number);
  return true;
}

void Outbox::drop_front() {
  const Batch batch = entries_.pop_front().batch;
  const Place from = std::exchange(acknowledged_part_, {});
  messages_acknowledged_ += batch.messages - from.messages;
  bytes_ -= cost_of(batch.body.size());
  if (sent_ > 0) {
    --sent_;
    in_flight_ -= batch.body.size() - from.bytes;
  } else {  // the connection before this one has delivered it
    in_flight_ = 0;
    sent_part_ = {};
    messages_sent_ = messages_acknowledged_;
  }
}

/// Acknowledges the records of the first entry up to this number, which is not its last.
void Outbox::acknowledge_part(std::uint64_t number) {
  const auto& [batch, first] = entries_.front();
  const Place from = acknowledged_part_;
  while (first + acknowledged_part_.count <= number)
    pass_record(acknowledged_part_, batch.body.view());
  messages_acknowledged_ += acknowledged_part_.messages - from.messages;
  if (sent_ > 0 || sent_part_.bytes >= acknowledged_part_.bytes) {
    in_flight_ -= acknowledged_part_.bytes - from.bytes;
  } else {  // the same
    in_flight_ = 0;
    sent_part_ = acknowledged_part_;
    messages_sent_ = messages_acknowledged_;
  }
}

std::uint64_t Outbox::next() const {
  return has_unsent() ? entries_[sent_].first + sent_part_.count : offered_ + 1;
}

}  // namespace ovid::link
