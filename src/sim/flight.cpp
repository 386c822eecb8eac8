#include "ovid/sim/flight.hpp"

#include <utility>

namespace ovid::sim {

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
