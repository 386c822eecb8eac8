#include "ovid/link/handshake.hpp"

#include <algorithm>
#include <utility>

namespace ovid::link {

wire::Envelope Handshake::greeting(base::NodeId from, base::NodeId to, base::Incarnation self,
                                   base::RandomSource& random) {
  if (offer_ == base::Epoch{}) offer_ = {random.next_nonzero()};
  wire::Envelope e;
  e.from = from;
  e.to = to;
  e.from_incarnation = self;
  e.to_incarnation = claim_.incarnation;
  e.from_epoch = offer_;
  e.to_epoch = claim_.epoch;
  e.count = 1;
  e.greeting = true;
  return e;
}

bool Handshake::is_echoed_by(const wire::Envelope& e, base::Incarnation self) const {
  return offer_ != base::Epoch{} && e.to_epoch == offer_ && e.to_incarnation == self;
}

SessionName Handshake::begin(base::Epoch peer) {
  claim_ = {};
  return {std::exchange(offer_, {}), peer};
}

void Handshake::unanswered() {
  unanswered_ = std::min(unanswered_ + 1, kDoublingsMax);
}

bool Handshake::take_answer() {
  if (answers_left_ == 0) return false;
  --answers_left_;
  return true;
}

}  // namespace ovid::link
