#pragma once
// What may happen to a message on its way besides loss and delay: it arrives twice, or with a wrong
// byte.

#include <cstdint>

#include "ovid/sim/flight.hpp"
#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {

/// Owned by the network, whose random numbers it borrows. Draws nothing while nothing happens to
/// messages.
class Tampering {
 public:
  explicit Tampering(SeededRandom& random) : random_(random) {}

  /// Raises, or lowers if negative, how many of a thousand messages arrive twice, or with a wrong
  /// byte.
  void duplicate(std::int64_t per_thousand) { duplicate_per_thousand_ += per_thousand; }
  void corrupt(std::int64_t per_thousand) { corrupt_per_thousand_ += per_thousand; }
  bool corrupts() const { return corrupt_per_thousand_ > 0; }

  /// The wrong byte is never in the contents of records: only TCP protects those.
  void maybe_damage(Packet& packet);
  /// Whether the next message arrives twice.
  bool twice() { return chance(duplicate_per_thousand_); }

 private:
  bool chance(std::int64_t per_thousand) {
    return per_thousand > 0 && random_.chance(static_cast<std::uint64_t>(per_thousand), 1000);
  }

  SeededRandom& random_;
  std::int64_t duplicate_per_thousand_ = 0;
  std::int64_t corrupt_per_thousand_ = 0;
};

}  // namespace ovid::sim
