#include "ovid/sim/flight.hpp"

#include <algorithm>
#include <utility>

namespace ovid::sim {

base::Time Flight::arrive_sooner(const std::vector<base::Time>& arrivals) {
  std::size_t left = size_;  // the packet and those behind it
  base::Time last{};
  for_each([&](Packet& packet) {
    if (left <= arrivals.size())
      packet.arrival = std::min(packet.arrival, arrivals[arrivals.size() - left]);
    last = packet.arrival;
    --left;
  });
  return last;
}

void Flights::add(Flight& flight, base::Time arrival, const wire::EnvelopeBytes& envelope,
                  const base::Bytes& body) {
  if (!free_) {
    blocks_.push_back(std::make_unique<Block>());
    for (Slot& each : *blocks_.back()) each.next = std::exchange(free_, &each);
  }
  Slot* const slot = free_;
  free_ = std::exchange(slot->next, nullptr);
  slot->packet.arrival = arrival;
  slot->packet.envelope = envelope;
  slot->packet.body = body;
  (flight.empty() ? flight.first_ : flight.last_->next) = slot;
  flight.last_ = slot;
  ++flight.size_;
}

Packet Flights::take(Flight& flight) {
  Slot* const slot = flight.first_;
  flight.first_ = std::exchange(slot->next, std::exchange(free_, slot));
  --flight.size_;
  return {slot->packet.arrival, slot->packet.envelope, std::exchange(slot->packet.body, {})};
}

void Flights::clear(Flight& flight) {
  while (!flight.empty()) take(flight);
}

}  // namespace ovid::sim
