#pragma once
// The first frame of every message between nodes: sender, receiver, session, numbers of records,
// times. 72 bytes, little-endian:
//
//   offset size
//        0    4  magic "OVID"
//        4    2  version (3)
//        6    2  CRC-16 of the other 70 bytes (ITU-T V.41: polynomial 0x1021, initially 0)
//        8    2  from: the sender's id
//       10    2  to: the receiver's id
//       12    2  count of records in the body
//       14    2  marks: 1 for a greeting, 2 asks for an acknowledgement at once, which a greeting
//                does not; and 4 x `silent`: for how many times 4 ms the sender has received
//                nothing from the receiver, up to 16383; 0 in a greeting
//       16    8  from_incarnation
//       24    8  to_incarnation   (0: not known)
//       32    8  from_epoch
//       40    8  to_epoch         (0: not known)
//       48    8  first: number of the body's first record, from 1; of the next one in a ping;
//                0 in a greeting
//       56    8  ack: every record up to this number has arrived (0: none yet)
//       64    4  sent: when, on the sender's clock, in microseconds modulo 2^32
//       68    4  echo: `sent` of the last message that has arrived from the receiver, and the time
//                since then, so that receipt less `echo` is the round trip (0: none has arrived)

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"

namespace ovid::wire {

inline constexpr std::size_t kEnvelopeBytes = 72;
inline constexpr std::uint16_t kVersion = 3;
inline constexpr std::uint16_t kSilentMax = 0x3fff;
inline constexpr std::chrono::milliseconds kSilentUnit{4};

/// A time as `sent` and `echo` say it: in microseconds modulo 2^32.
constexpr std::uint32_t microseconds_of(base::Time time) {
  return static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count());
}

struct Envelope {
  base::NodeId from;
  base::NodeId to;
  base::Incarnation from_incarnation;
  base::Incarnation to_incarnation;
  base::Epoch from_epoch;
  base::Epoch to_epoch;
  std::uint64_t first = 0;
  std::uint64_t ack = 0;
  std::uint16_t count = 0;
  bool greeting = false;  ///< outside of a session; if and only if `first` is 0
  bool asks = false;      ///< for an acknowledgement at once
  /// For how many kSilentUnit the sender has received nothing from the receiver; kSilentMax means
  /// so many or more.
  std::uint16_t silent = 0;
  std::uint32_t sent = 0;
  std::uint32_t echo = 0;
  bool operator==(const Envelope&) const = default;
};

/// Why bytes are not an envelope.
enum class BadEnvelope : std::uint8_t { Size, Magic, Version, Checksum, Marks };
const char* text_of(BadEnvelope why);

/// The version in bytes that decode to BadEnvelope::Version.
std::uint16_t version_of(std::string_view bytes);

using EnvelopeBytes = std::array<char, kEnvelopeBytes>;
EnvelopeBytes encode(const Envelope& envelope);

/// Takes any bytes. Who sent them is checked by the link. The checksum finds every change within
/// two neighbouring bytes, so that no wrong record number reorders a session.
std::variant<Envelope, BadEnvelope> decode_envelope(std::string_view bytes);

}  // namespace ovid::wire
