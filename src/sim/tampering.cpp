#include "ovid/sim/tampering.hpp"

#include <string>
#include <utility>

namespace ovid::sim {

void Tampering::maybe_damage(Packet& packet) {
  constexpr std::size_t kStructure = 8;  // length and "msg " or "ping" of the first record
  if (!chance(corrupt_per_thousand_)) return;
  const auto wrong = static_cast<char>(1 + random_.below(255));
  if (random_.chance(1, 2) || packet.body.size() < kStructure) {
    packet.envelope[random_.below(packet.envelope.size())] ^= wrong;
    return;
  }
  std::string body(packet.body.view());
  body[random_.below(kStructure)] ^= wrong;
  packet.body = base::Bytes::of(std::move(body));
}

}  // namespace ovid::sim
