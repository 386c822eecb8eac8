#include "ovid/wire/envelope.hpp"

#include <cstring>

#include "ovid/wire/little_endian.hpp"

namespace ovid::wire {
namespace {

constexpr char kMagic[4] = {'O', 'V', 'I', 'D'};

constexpr std::size_t kChecksumAt = 6;

constexpr std::array<std::uint16_t, 256> kCrcTable = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

std::uint16_t checksum_of(const char* envelope) {
  unsigned crc = 0;
  for (std::size_t i = 0; i < kEnvelopeBytes; ++i) {
    if (i == kChecksumAt || i == kChecksumAt + 1) continue;
    crc = (crc << 8) ^ kCrcTable[((crc >> 8) ^ static_cast<unsigned char>(envelope[i])) & 0xff];
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace

const char* text_of(BadEnvelope why) {
  switch (why) {
    case BadEnvelope::Size:
      return "envelope is not 64 bytes long";
    case BadEnvelope::Magic:
      return "envelope does not begin with OVID";
    case BadEnvelope::Version:
      return "envelope has an unknown version";
    case BadEnvelope::Checksum:
      return "envelope has a wrong checksum";
  }
  return "?";
}

EnvelopeBytes encode(const Envelope& e) {
  EnvelopeBytes bytes{};
  char* p = bytes.data();
  std::memcpy(p, kMagic, sizeof kMagic);
  put<std::uint16_t>(p + 4, kVersion);
  put<std::uint16_t>(p + 8, e.from.value);
  put<std::uint16_t>(p + 10, e.to.value);
  put<std::uint32_t>(p + 12, e.count);
  put<std::uint64_t>(p + 16, e.from_incarnation.value);
  put<std::uint64_t>(p + 24, e.to_incarnation.value);
  put<std::uint64_t>(p + 32, e.from_epoch.value);
  put<std::uint64_t>(p + 40, e.to_epoch.value);
  put<std::uint64_t>(p + 48, e.first);
  put<std::uint64_t>(p + 56, e.ack);
  put<std::uint16_t>(p + kChecksumAt, checksum_of(p));
  return bytes;
}

std::variant<Envelope, BadEnvelope> decode_envelope(std::string_view bytes) {
  if (bytes.size() != kEnvelopeBytes) return BadEnvelope::Size;
  const char* p = bytes.data();
  if (std::memcmp(p, kMagic, sizeof kMagic) != 0) return BadEnvelope::Magic;
  if (get<std::uint16_t>(p + 4) != kVersion) return BadEnvelope::Version;
  if (get<std::uint16_t>(p + kChecksumAt) != checksum_of(p)) return BadEnvelope::Checksum;
  Envelope e;
  e.from = {get<std::uint16_t>(p + 8)};
  e.to = {get<std::uint16_t>(p + 10)};
  e.count = get<std::uint32_t>(p + 12);
  e.from_incarnation = {get<std::uint64_t>(p + 16)};
  e.to_incarnation = {get<std::uint64_t>(p + 24)};
  e.from_epoch = {get<std::uint64_t>(p + 32)};
  e.to_epoch = {get<std::uint64_t>(p + 40)};
  e.first = get<std::uint64_t>(p + 48);
  e.ack = get<std::uint64_t>(p + 56);
  return e;
}

}  // namespace ovid::wire
