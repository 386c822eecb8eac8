#pragma once
// What is on its way over the connections of the virtual network. A large grid has a million
// connections, most of them idle: packets lie in memory that all connections share, and a
// connection keeps where its own ones are.

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

/// Packets of one connection in order of arrival; owned by it. Their memory is the Flights' that
/// they were given to.
class Flight {
  struct alignas(64) Slot {
    Packet packet;
    Slot* next = nullptr;  // of the same flight, or the next free one
  };

 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// There is one.
  const Packet& front() const { return first_->packet; }
  /// Calls `change` for each packet; they stay in order of arrival.
  template <typename Change>
  void for_each(Change change) {
    for (Slot* slot = first_; slot; slot = slot->next) change(slot->packet);
  }
  /// That the first packet is soon to be taken: without effect but on the processor's caches.
  void expect() const {
    const char* first = reinterpret_cast<const char*>(first_);
    for (std::size_t at = 0; at < sizeof(Slot); at += 64) __builtin_prefetch(first + at, 1);
  }

 private:
  friend class Flights;
  Slot* first_ = nullptr;
  Slot* last_ = nullptr;  // if there is one
  std::uint32_t size_ = 0;
};

/// Memory for as many packets as there ever were at the same time. One that was taken out is
/// destroyed at once.
class Flights {
 public:
  void add(Flight& flight, base::Time arrival, const wire::EnvelopeBytes& envelope,
           const base::Bytes& body);
  /// The first one; there is one.
  Packet take(Flight& flight);
  void clear(Flight& flight);

 private:
  using Slot = Flight::Slot;
  using Block = std::array<Slot, 64>;

  std::vector<std::unique_ptr<Block>> blocks_;
  Slot* free_ = nullptr;
};

}  // namespace ovid::sim
