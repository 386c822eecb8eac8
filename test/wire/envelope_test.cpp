#include "ovid/wire/envelope.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::wire {
namespace {

constexpr Envelope kEnvelope{.from = {0x0102},
                             .to = {999},
                             .from_incarnation = {0x1112131415161718},
                             .to_incarnation = {0x2122232425262728},
                             .from_epoch = {0x3132333435363738},
                             .to_epoch = {0x4142434445464748},
                             .first = 0x5152535455565758,
                             .ack = 0x6162636465666768,
                             .count = 0x7172,
                             .sent = 0x81828384,
                             .echo = 0x91929394};

std::string bytes_of(const Envelope& envelope) {
  const EnvelopeBytes bytes = encode(envelope);
  return {bytes.data(), bytes.size()};
}

BadEnvelope badness_of(std::string_view bytes) {
  const auto decoded = decode_envelope(bytes);
  EXPECT_TRUE(std::holds_alternative<BadEnvelope>(decoded));
  return std::get<BadEnvelope>(decoded);
}

/// The checksum as its standard defines it, bit by bit.
std::uint16_t crc_of(std::string_view bytes) {
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 6 || i == 7) continue;
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ ((crc & 0x8000) != 0 ? 0x1021u : 0u);
    crc &= 0xffff;
  }
  return static_cast<std::uint16_t>(crc);
}

std::string with_right_checksum(std::string bytes) {
  const std::uint16_t crc = crc_of(bytes);
  bytes[6] = static_cast<char>(crc & 0xff);
  bytes[7] = static_cast<char>(crc >> 8);
  return bytes;
}

TEST(Envelope, ComesBackAsItWasSent) {
  const auto decoded = decode_envelope(bytes_of(kEnvelope));
  ASSERT_TRUE(std::holds_alternative<Envelope>(decoded));
  EXPECT_EQ(std::get<Envelope>(decoded), kEnvelope);
}

TEST(Envelope, HasTheDocumentedBytes) {
  const std::string bytes = bytes_of(kEnvelope);
  ASSERT_EQ(bytes.size(), 72u);
  EXPECT_EQ(bytes.substr(0, 6), std::string("OVID\3\0", 6));
  EXPECT_EQ(bytes.substr(8, 8), std::string("\x02\x01\xe7\x03\x72\x71\0\0", 8));
  const char* const tens = "\x10\x20\x30\x40\x50\x60";
  for (std::size_t field = 0; field < 6; ++field)
    for (std::size_t i = 0; i < 8; ++i)
      EXPECT_EQ(bytes[16 + 8 * field + i], static_cast<char>(tens[field] + 8 - static_cast<int>(i)))
          << "field " << field << " byte " << i;
  EXPECT_EQ(bytes.substr(64), "\x84\x83\x82\x81\x94\x93\x92\x91");
}

TEST(Envelope, ThatAsksForAnAcknowledgementIsMarked) {
  Envelope asking = kEnvelope;
  asking.asks = true;
  const std::string bytes = bytes_of(asking);
  EXPECT_EQ(bytes.substr(14, 2), std::string("\2\0", 2));
  EXPECT_EQ(std::get<Envelope>(decode_envelope(bytes)), asking);
}

TEST(Envelope, OfAGreetingIsMarked) {
  Envelope greeting = kEnvelope;
  greeting.first = 0;
  greeting.greeting = true;
  const std::string bytes = bytes_of(greeting);
  EXPECT_EQ(bytes.substr(14, 2), std::string("\1\0", 2));
  EXPECT_EQ(std::get<Envelope>(decode_envelope(bytes)), greeting);
}

TEST(Envelope, SaysForHowLongTheReceiverWasSilent) {
  for (const std::uint16_t silent : {std::uint16_t{0}, std::uint16_t{450}, kSilentMax}) {
    Envelope envelope = kEnvelope;
    envelope.asks = true;
    envelope.silent = silent;
    EXPECT_EQ(std::get<Envelope>(decode_envelope(bytes_of(envelope))), envelope);
  }
}

TEST(Envelope, WithMarksThatDoNotFitTheNumberIsRefused) {
  std::string bytes = bytes_of(kEnvelope);
  for (const char mark : {'\1', '\3', '\5', '\x81'}) {
    bytes[14] = mark;
    EXPECT_EQ(badness_of(with_right_checksum(bytes)), BadEnvelope::Marks) << int{mark};
  }
  Envelope unmarked = kEnvelope;
  unmarked.first = 0;
  EXPECT_EQ(badness_of(bytes_of(unmarked)), BadEnvelope::Marks);
}

TEST(Envelope, CarriesTheChecksumOfItsStandard) {
  const std::string bytes = bytes_of(kEnvelope);
  EXPECT_EQ(bytes, with_right_checksum(bytes));
}

TEST(Envelope, OfAnyOtherSizeIsRefused) {
  const std::string bytes = bytes_of(kEnvelope);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(badness_of(bytes.substr(0, size)), BadEnvelope::Size);
  EXPECT_EQ(badness_of(bytes + "x"), BadEnvelope::Size);
  EXPECT_EQ(badness_of(std::string(1 << 20, 'x')), BadEnvelope::Size);
}

TEST(Envelope, WithoutTheMagicIsRefused) {
  std::string bytes = bytes_of(kEnvelope);
  bytes[3] = 'd';
  EXPECT_EQ(badness_of(with_right_checksum(bytes)), BadEnvelope::Magic);
}

TEST(Envelope, OfAnotherVersionIsRefusedAsSuchWithItsChecksumRightOrWrong) {
  std::string bytes = bytes_of(kEnvelope);
  for (const int version : {0, 1, 2, 4, 255}) {
    bytes[4] = static_cast<char>(version);
    EXPECT_EQ(badness_of(bytes), BadEnvelope::Version);
    EXPECT_EQ(badness_of(with_right_checksum(bytes)), BadEnvelope::Version);
    EXPECT_EQ(version_of(bytes), version);
  }
  EXPECT_NE(std::string(text_of(BadEnvelope::Version)).find("version"), std::string::npos);
}

TEST(Envelope, WithAnyOneBitChangedIsRefused) {
  const std::string bytes = bytes_of(kEnvelope);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_TRUE(std::holds_alternative<BadEnvelope>(decode_envelope(changed))) << "bit " << bit;
  }
}

TEST(Envelope, WithAnyChangeWithinTwoNeighbouringBytesIsRefused) {
  const std::string bytes = bytes_of(kEnvelope);
  for (std::size_t at = 8; at + 1 < bytes.size(); ++at)
    for (int change = 1; change < 0x10000; change += 37) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (change & 0xff));
      changed[at + 1] = static_cast<char>(changed[at + 1] ^ (change >> 8));
      ASSERT_TRUE(std::holds_alternative<BadEnvelope>(decode_envelope(changed)))
          << "at " << at << " change " << change;
    }
}

}  // namespace
}  // namespace ovid::wire
