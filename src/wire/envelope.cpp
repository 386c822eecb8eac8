#include "ovid/wire/envelope.hpp"

#include <cstring>

#include "ovid/wire/little_endian.hpp"

namespace ovid::wire {
namespace {

constexpr char kMagic[4] = {'O', 'V', 'I', 'D'};

constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kChecksumAt = 6;
constexpr std::uint16_t kGreetingMark = 1;
constexpr std::uint16_t kAsksMark = 2;
constexpr int kSilentShift = 2;

/// kCrcTables[k][b]: what byte b adds to the checksum if k bytes follow it; so eight bytes are
/// processed at once (M. E. Kounavis, F. L. Berry, "A Systematic Approach to Building High
/// Performance Software-Based CRC Generators", ISCC 2005: slicing-by-8).
constexpr std::size_t kSlice = 8;
constexpr std::array<std::array<std::uint16_t, 256>, kSlice> kCrcTables = [] {
  std::array<std::array<std::uint16_t, 256>, kSlice> tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte << 8;
    for (std::size_t after = 0; after < kSlice; ++after) {
      for (int bit = 0; bit < 8; ++bit)
        crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
      tables[after][byte] = static_cast<std::uint16_t>(crc);
    }
  }
  return tables;
}();

/// The checksum of magic and version, which are the same in every envelope.
constexpr unsigned kCrcOfHead = [] {
  unsigned crc = 0;
  for (const char head :
       {'O', 'V', 'I', 'D', static_cast<char>(kVersion & 0xff), static_cast<char>(kVersion >> 8)})
    crc = ((crc << 8) & 0xffff) ^ kCrcTables[0][(crc >> 8) ^ static_cast<unsigned char>(head)];
  return crc;
}();

/// Precondition: magic and version are right.
std::uint16_t checksum_of(const char* envelope) {
  unsigned crc = kCrcOfHead;
  for (std::size_t at = kChecksumAt + 2; at < kEnvelopeBytes; at += kSlice) {
    const char* p = envelope + at;
    const auto term = [p](std::size_t i, unsigned with) {
      return kCrcTables[kSlice - 1 - i][static_cast<unsigned char>(p[i]) ^ with];
    };
    crc = term(0, crc >> 8) ^ term(1, crc & 0xff) ^ term(2, 0) ^ term(3, 0) ^ term(4, 0) ^
          term(5, 0) ^ term(6, 0) ^ term(7, 0);
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace

const char* text_of(BadEnvelope why) {
  switch (why) {
    case BadEnvelope::Size:
      return "envelope is not 72 bytes long";
    case BadEnvelope::Magic:
      return "envelope does not begin with OVID";
    case BadEnvelope::Version:
      return "envelope has an unknown version";
    case BadEnvelope::Checksum:
      return "envelope has a wrong checksum";
    case BadEnvelope::Marks:
      return "envelope has wrong marks";
  }
  return "?";
}

EnvelopeBytes encode(const Envelope& e) {
  EnvelopeBytes bytes{};
  char* p = bytes.data();
  std::memcpy(p, kMagic, sizeof kMagic);
  put<std::uint16_t>(p + kVersionAt, kVersion);
  put<std::uint16_t>(p + 8, e.from.value);
  put<std::uint16_t>(p + 10, e.to.value);
  put<std::uint16_t>(p + 12, e.count);
  const int marks = e.greeting ? kGreetingMark : e.asks ? kAsksMark : 0;
  put<std::uint16_t>(p + 14, static_cast<std::uint16_t>(marks | e.silent << kSilentShift));
  put<std::uint64_t>(p + 16, e.from_incarnation.value);
  put<std::uint64_t>(p + 24, e.to_incarnation.value);
  put<std::uint64_t>(p + 32, e.from_epoch.value);
  put<std::uint64_t>(p + 40, e.to_epoch.value);
  put<std::uint64_t>(p + 48, e.first);
  put<std::uint64_t>(p + 56, e.ack);
  put<std::uint32_t>(p + 64, e.sent);
  put<std::uint32_t>(p + 68, e.echo);
  put<std::uint16_t>(p + kChecksumAt, checksum_of(p));
  return bytes;
}

std::variant<Envelope, BadEnvelope> decode_envelope(std::string_view bytes) {
  if (bytes.size() != kEnvelopeBytes) return BadEnvelope::Size;
  const char* p = bytes.data();
  if (std::memcmp(p, kMagic, sizeof kMagic) != 0) return BadEnvelope::Magic;
  if (get<std::uint16_t>(p + kVersionAt) != kVersion) return BadEnvelope::Version;
  if (get<std::uint16_t>(p + kChecksumAt) != checksum_of(p)) return BadEnvelope::Checksum;
  Envelope e;
  e.from = {get<std::uint16_t>(p + 8)};
  e.to = {get<std::uint16_t>(p + 10)};
  e.count = get<std::uint16_t>(p + 12);
  const auto marks = get<std::uint16_t>(p + 14);
  e.greeting = (marks & kGreetingMark) != 0;
  e.asks = (marks & kAsksMark) != 0;
  e.silent = static_cast<std::uint16_t>(marks >> kSilentShift);
  e.from_incarnation = {get<std::uint64_t>(p + 16)};
  e.to_incarnation = {get<std::uint64_t>(p + 24)};
  e.from_epoch = {get<std::uint64_t>(p + 32)};
  e.to_epoch = {get<std::uint64_t>(p + 40)};
  e.first = get<std::uint64_t>(p + 48);
  e.ack = get<std::uint64_t>(p + 56);
  e.sent = get<std::uint32_t>(p + 64);
  e.echo = get<std::uint32_t>(p + 68);
  if ((e.greeting && e.asks) || e.greeting != (e.first == 0)) return BadEnvelope::Marks;
  return e;
}

std::uint16_t version_of(std::string_view bytes) {
  return get<std::uint16_t>(bytes.data() + kVersionAt);
}

}  // namespace ovid::wire
