#include "ovid/link/fan_out.hpp"

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
  }
  add(contents);
}

void FanOut::broadcast(std::string_view contents) {
  if (peers_.empty()) return;
  if (whom_.size() != peers_.size()) {
    seal();
    whom_ = peers_;
  }
  add(contents);
}

bool FanOut::seal_if_it_leaves() {
  for (const base::NodeId peer : whom_) {
    if (!links_[peer.value].takes()) continue;
    seal();
    return true;
  }
  return false;
}

void FanOut::add(std::string_view contents) {
  writer_.add(contents);
  if (writer_.full()) seal();
}

void FanOut::seal() {
  if (writer_.count() > 0) {
    const std::uint32_t count = writer_.count();
    const Batch batch{writer_.take(), count};
    for (const base::NodeId peer : whom_) links_[peer.value].push(batch);
  }
  whom_.clear();
}

}  // namespace ovid::link
