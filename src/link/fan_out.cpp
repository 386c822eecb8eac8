#include "ovid/link/fan_out.hpp"

#include <algorithm>
#include <cstdint>

namespace ovid::link {

void FanOut::join(base::NodeId peer) {
  seal();
  peers_.insert(peer);
}

void FanOut::leave(base::NodeId peer) {
  seal();
  peers_.erase(peer);
}

void FanOut::send(base::NodeId to, std::string_view contents) {
  if (!peers_.contains(to)) return;
  if (whom_.size() != 1 || !whom_.contains(to)) {
    seal();
    whom_.insert(to);
    begin();
  }
  add(contents);
}

void FanOut::broadcast(std::string_view contents) {
  if (peers_.empty()) return;
  if (whom_.size() != peers_.size()) {
    seal();
    whom_ = peers_;
    begin();
  }
  add(contents);
}

void FanOut::begin() {
  room_ = bytes_max_;
  for (const base::NodeId peer : whom_)
    room_ = std::min(room_, bytes_max_ - std::min(bytes_max_, links_[peer.value].unacked_bytes()));
}

/// While a batch waits, acknowledgements make room, and nothing takes any.
bool FanOut::congests() const {
  const std::size_t bytes = unsealed_bytes();
  if (bytes == 0 || bytes < room_) return false;
  return std::any_of(whom_.begin(), whom_.end(), [&](base::NodeId peer) {
    return links_[peer.value].unacked_bytes() + bytes >= bytes_max_;
  });
}

bool FanOut::seal_if_it_leaves() {
  for (const base::NodeId peer : whom_) {
    if (!links_[peer.value].takes(writer_.size())) continue;
    seal();
    return true;
  }
  return false;
}

/// A long message may fill several batches.
void FanOut::add(std::string_view contents) {
  if (contents.size() <= wire::kPieceBytesMax) [[likely]]
    writer_.add({contents});
  else
    wire::for_each_piece(contents, [this](const wire::Record& record) {
      if (writer_.full()) {
        give();
        begin();
      }
      writer_.add(record);
    });
  if (writer_.full()) seal();
}

void FanOut::seal() {
  if (writer_.count() > 0) give();
  whom_.clear();
}

void FanOut::give() {
  const std::uint32_t count = writer_.count();
  const std::uint32_t messages = writer_.messages();
  const Batch batch{writer_.take(), count, messages};
  for (const base::NodeId peer : whom_) links_[peer.value].push(batch);
}

}  // namespace ovid::link
