#include "ovid/sim/flight.hpp"

#include <utility>

namespace ovid::sim {

void Flight::push_back(base::Time arrival, const wire::EnvelopeBytes& envelope,
                       const base::Bytes& body) {
  if (std::exchange(any_, true)) return others_.push_back({arrival, envelope, body});
  first_.arrival = arrival;
  first_.envelope = envelope;
  first_.body = body;
}

Packet Flight::pop_front() {
  Packet packet = std::move(first_);
  any_ = !others_.empty();
  if (any_) first_ = others_.pop_front();
  return packet;
}

void Flight::clear() {
  any_ = false;
  first_.body = {};
  others_.clear();
}

}  // namespace ovid::sim
