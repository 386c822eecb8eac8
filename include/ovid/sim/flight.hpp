#pragma once
// What is on its way over one connection of the virtual network.

#include <cstddef>

#include "ovid/base/bytes.hpp"
#include "ovid/base/fifo.hpp"
#include "ovid/base/time.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::sim {

/// A message of a node, with the time at which it arrives.
struct Packet {
  base::Time arrival;
  wire::EnvelopeBytes envelope;
  base::Bytes body;
};

/// Packets in order of arrival; owned by their connection. Mostly there is one: it lies where the
/// connection does.
class Flight {
 public:
  bool empty() const { return !any_; }
  std::size_t size() const { return any_ ? 1 + others_.size() : 0; }
  Packet& operator[](std::size_t index) { return index == 0 ? first_ : others_[index - 1]; }
  const Packet& front() const { return first_; }
  void push_back(base::Time arrival, const wire::EnvelopeBytes& envelope, const base::Bytes& body);
  Packet pop_front();
  void clear();

 private:
  bool any_ = false;
  Packet first_;  // if any_
  base::Fifo<Packet> others_;
};

}  // namespace ovid::sim
