#pragma once
// The packets in flight on the connections of the virtual network. A large grid has a million
// connections, most of them idle. So all connections share the memory for packets, and each has a
// list of its own packets.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ovid/base/bytes.hpp"
#include "ovid/base/time.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::sim {

/// A message of a node, with the time at which it arrives.
struct Packet {
  base::Time arrival;
  wire::EnvelopeBytes envelope;
  base::Bytes body;
};

class Flights;

/// The packets of one connection, in order of arrival. Owned by the connection; the packets' memory
/// belongs to the Flights object that added them.
class Flight {
  struct alignas(64) Slot {
    Packet packet;
    Slot* next = nullptr;  // of the same flight, or the next free one
  };

 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Precondition: not empty.
  const Packet& front() const { return first_->packet; }
  /// Calls `change` for each packet; they stay in order of arrival.
  template <typename Change>
  void for_each(Change change) {
    for (Slot* slot = first_; slot; slot = slot->next) change(slot->packet);
  }
  /// The last packets have these arrivals, if they are sooner than before. Returns the arrival of
  /// the last one. Precondition: not empty.
  base::Time arrive_sooner(const std::vector<base::Time>& arrivals);
  /// The first packet will be taken soon. Only loads memory into the processor's caches.
  void expect() const {
    const char* first = reinterpret_cast<const char*>(first_);
    for (std::size_t at = 0; at < sizeof(Slot); at += 64) __builtin_prefetch(first + at, 1);
  }

 private:
  friend class Flights;
  Slot* first_ = nullptr;
  Slot* last_ = nullptr;  // valid only if there is a first one
  std::uint32_t size_ = 0;
};

/// The memory of all packets in flight. It grows to the maximum number of packets at the same time.
/// A packet's body is released when the packet is taken.
class Flights {
 public:
  void add(Flight& flight, base::Time arrival, const wire::EnvelopeBytes& envelope,
           const base::Bytes& body);
  /// Takes the first packet. Precondition: the flight is not empty.
  Packet take(Flight& flight);
  void clear(Flight& flight);

 private:
  using Slot = Flight::Slot;
  using Block = std::array<Slot, 64>;

  std::vector<std::unique_ptr<Block>> blocks_;
  Slot* free_ = nullptr;
};

}  // namespace ovid::sim
