#include "ovid/observe/stream.hpp"

namespace ovid::observe {

void Stream::give(Reader& reader, Kinds kinds) {
  std::erase_if(subscriptions_, [&](const Subscription& each) { return each.reader == &reader; });
  if (kinds != Kinds()) subscriptions_.push_back({&reader, kinds});
  wanted_ = {};
  for (const Subscription& each : subscriptions_) wanted_ = wanted_ | each.kinds;
}

void Stream::publish(const Event& event) const {
  for (const Subscription& each : subscriptions_)
    if (each.kinds.has(event)) each.reader->read(event);
}

}  // namespace ovid::observe
