#include "ovid/wire/body.hpp"

#include <string>

#include <gtest/gtest.h>

#include "ovid/wire/little_endian.hpp"

namespace ovid::wire {
namespace {

constexpr base::NodeId kSender{12};

std::string record(std::string_view text) {
  char length[4];
  put<std::uint32_t>(length, static_cast<std::uint32_t>(text.size()));
  return std::string(length, 4).append(text);
}

std::string with_length(std::uint32_t length, std::string_view text) {
  char bytes[4];
  put<std::uint32_t>(bytes, length);
  return std::string(bytes, 4).append(text);
}

/// A record with the marks of a piece.
std::string piece(std::string_view text) {
  return with_length(1u << 31 | 1u << 15 | static_cast<std::uint32_t>(text.size()), text);
}

std::optional<BadBody> badness_of(std::string_view body, std::uint32_t count) {
  BodyReader reader;
  const auto read = reader.read(body, count, kSender);
  const auto* bad = std::get_if<BadBody>(&read);
  return bad ? std::optional(*bad) : std::nullopt;
}

TEST(Body, MessagesComeBackInOrderWhateverBytesTheyHold) {
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
  BodyWriter writer(kSender);
  writer.add({"first"});
  writer.add({""});
  writer.add({all_bytes});
  writer.add({"ping 12"});
  EXPECT_EQ(writer.count(), 4u);
  const base::Bytes body = writer.take();
  BodyReader reader;
  const auto read = reader.read(body.view(), 4, kSender);
  ASSERT_TRUE(std::holds_alternative<const Records*>(read));
  EXPECT_EQ(*std::get<const Records*>(read), (Records{{"first"}, {""}, {all_bytes}, {"ping 12"}}));
}

TEST(Body, IsTheTextOfTheWireGrammar) {
  BodyWriter writer(kSender);
  writer.add({"a b"});
  writer.add({"c"});
  EXPECT_EQ(writer.take().view(), record("msg 12 a b") + record("msg 12 c"));
  EXPECT_EQ(ping_body(kSender).view(), record("ping 12"));
}

TEST(Body, AWriterIsEmptyAfterItsBodyWasTaken) {
  BodyWriter writer(kSender);
  writer.add({"old"});
  EXPECT_EQ(writer.take().view(), record("msg 12 old"));
  EXPECT_EQ(writer.count(), 0u);
  writer.add({"new"});
  EXPECT_EQ(writer.take().view(), record("msg 12 new"));
}

TEST(Body, IsFullAtItsLimitAndNeverLongerThanTheStatedMaximum) {
  BodyWriter writer(kSender);
  while (!writer.full()) writer.add({std::string(1000, 'x')});
  EXPECT_GE(writer.take().size(), kBodyBytesFull);
  while (writer.size() + kRecordBytesMax < kBodyBytesFull) writer.add({"x"});
  while (!writer.full()) writer.add({std::string(kPieceBytesMax, 'x')});
  EXPECT_LE(writer.take().size(), kBodyBytesMax);
}

TEST(Body, APingIsAloneInItsBody) {
  BodyReader reader;
  EXPECT_EQ(std::get<Ping>(reader.read(record("ping 12"), 1, kSender)), Ping{});
  EXPECT_EQ(badness_of(record("ping 12"), 0), BadBody::Count);
  EXPECT_EQ(badness_of(record("ping 12"), 2), BadBody::Count);
  EXPECT_EQ(badness_of(record("ping 12") + record("ping 12"), 2), BadBody::Count);
  EXPECT_EQ(badness_of(record("ping 12") + record("msg 12 a"), 1), BadBody::Count);
  EXPECT_EQ(badness_of(record("msg 12 a") + record("ping 12"), 1), BadBody::Count);
}

TEST(Body, WithAWrongCountIsBadAsAWhole) {
  const std::string two = record("msg 12 a") + record("msg 12 b");
  EXPECT_EQ(badness_of(two, 2), std::nullopt);
  EXPECT_EQ(badness_of(two, 1), BadBody::Count);
  EXPECT_EQ(badness_of(two, 3), BadBody::Count);
  EXPECT_EQ(badness_of(two, 0xffffffff), BadBody::Count);
  EXPECT_EQ(badness_of("", 0), BadBody::Count);
  EXPECT_EQ(badness_of("", 1), BadBody::Count);
}

TEST(Body, WithALengthBeyondItsEndIsBad) {
  EXPECT_EQ(badness_of("abc", 1), BadBody::Length);
  EXPECT_EQ(badness_of(with_length(9, "msg 12 a"), 1), BadBody::Length);
  EXPECT_EQ(badness_of(with_length(0xffffffff, "msg 12 a"), 1), BadBody::Length);
  EXPECT_EQ(badness_of(record("msg 12 a") + "x", 1), BadBody::Length);
}

TEST(Body, OfAnotherSenderIsBadAlsoIfItsNumberBeginsAlike) {
  EXPECT_EQ(badness_of(record("msg 13 a"), 1), BadBody::Sender);
  EXPECT_EQ(badness_of(record("msg 1 a"), 1), BadBody::Sender);
  EXPECT_EQ(badness_of(record("msg 123 a"), 1), BadBody::Sender);
  EXPECT_EQ(badness_of(record("msg 12"), 1), BadBody::Sender);
  EXPECT_EQ(badness_of(record("msg 012 a"), 1), BadBody::Sender);
  EXPECT_EQ(badness_of(record("ping 1"), 1), BadBody::Sender);
  EXPECT_EQ(badness_of(record("ping 123"), 1), BadBody::Sender);
  EXPECT_EQ(badness_of(record("msg 12 a") + record("msg 13 b"), 2), BadBody::Sender);
}

TEST(Body, WithAnUnknownRecordIsBad) {
  EXPECT_EQ(badness_of(record(""), 1), BadBody::Kind);
  EXPECT_EQ(badness_of(record("msg"), 1), BadBody::Kind);
  EXPECT_EQ(badness_of(record("MSG 12 a"), 1), BadBody::Kind);
  EXPECT_EQ(badness_of(record("message 12 a"), 1), BadBody::Kind);
  EXPECT_EQ(badness_of(record("pong 12"), 1), BadBody::Kind);
}

TEST(Body, ThatIsTruncatedIsBad) {
  const std::string body = record("msg 12 abc") + record("msg 12 def");
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_TRUE(badness_of(body.substr(0, size), 2)) << size;
}

TEST(Body, APieceSaysThatItsMessageGoesOn) {
  const std::string full(kPieceBytesMax, 'p');
  BodyWriter writer(kSender);
  writer.add({full, true});
  EXPECT_EQ(writer.messages(), 0u);
  writer.add({"end"});
  writer.add({"next"});
  EXPECT_EQ(writer.messages(), 2u);
  const base::Bytes body = writer.take();
  EXPECT_EQ(writer.messages(), 0u);
  EXPECT_EQ(body.view(), piece("msg 12 " + full) + record("msg 12 end") + record("msg 12 next"));
  BodyReader reader;
  EXPECT_EQ(*std::get<const Records*>(reader.read(body.view(), 3, kSender)),
            (Records{{full, true}, {"end"}, {"next"}}));
}

TEST(Body, TheFirstRecordIsFoundWithoutReadingTheOthers) {
  BodyWriter writer(kSender);
  writer.add({std::string(kPieceBytesMax, 'p'), true});
  writer.add({"end"});
  const base::Bytes body = writer.take();
  const Head piece = first_record(body.view());
  EXPECT_TRUE(piece.goes_on);
  EXPECT_LE(piece.bytes, kRecordBytesMax);
  const Head end = first_record(body.view().substr(piece.bytes));
  EXPECT_FALSE(end.goes_on);
  EXPECT_EQ(piece.bytes + end.bytes, body.size());
}

TEST(Body, WithAPieceThatIsNotFullIsBad) {
  EXPECT_EQ(badness_of(piece("msg 12 " + std::string(kPieceBytesMax, 'x')), 1), std::nullopt);
  EXPECT_EQ(badness_of(piece("msg 12 " + std::string(kPieceBytesMax - 1, 'x')), 1), BadBody::Piece);
  EXPECT_EQ(badness_of(piece("msg 12 "), 1), BadBody::Piece);
  EXPECT_EQ(badness_of(piece("ping 12"), 1), BadBody::Piece);
}

TEST(Body, WithAnyChangeWithinTwoNeighbouringBytesOfALengthIsBad) {
  const std::string full = "msg 12 " + std::string(kPieceBytesMax, 'x');
  const std::string body = piece(full) + record(full) + record("msg 12 a");
  const std::size_t second = 4 + full.size();
  ASSERT_EQ(badness_of(body, 3), std::nullopt);
  for (const std::size_t length : {std::size_t{0}, second, 2 * second})
    for (std::size_t at = length; at < length + 3; ++at)
      for (int change = 1; change < 0x10000; change += change < 0x200 ? 1 : 37) {
        std::string changed = body;
        changed[at] = static_cast<char>(changed[at] ^ (change & 0xff));
        changed[at + 1] = static_cast<char>(changed[at + 1] ^ (change >> 8));
        ASSERT_TRUE(badness_of(changed, 3)) << "at " << at << " change " << change;
      }
}

TEST(Body, WithARecordOfMoreThan2KibIsBad) {
  for (const std::size_t size : {kPieceBytesMax + 1, kBodyBytesFull, kContentsBytesMax})
    EXPECT_EQ(badness_of(record("msg 12 " + std::string(size, 'x')), 1), BadBody::TooLong);
}

TEST(Body, AMessageIsCutIntoFullPiecesAndARest) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kPieceBytesMax - 1, kPieceBytesMax,
                                 kPieceBytesMax + 1, 3 * kPieceBytesMax, kContentsBytesMax}) {
    std::string message(size, '\0');
    for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<char>(i * 31 + i / 251);
    std::string together;
    std::size_t count = 0;
    bool ended = false;
    for_each_piece(message, [&](const Record& piece) {
      EXPECT_FALSE(ended);
      EXPECT_EQ(piece.goes_on, piece.contents.size() + together.size() < size);
      EXPECT_TRUE(!piece.goes_on || piece.contents.size() == kPieceBytesMax);
      ended = !piece.goes_on;
      together += piece.contents;
      ++count;
    });
    EXPECT_TRUE(ended);
    EXPECT_EQ(together, message);
    EXPECT_EQ(count, records_of(size));
  }
}

TEST(Body, EveryReasonHasAText) {
  for (const BadBody why : {BadBody::Length, BadBody::TooLong, BadBody::Count, BadBody::Sender,
                            BadBody::Kind, BadBody::Piece})
    EXPECT_GT(std::string(text_of(why)).size(), 5u);
}

TEST(BodyDeathTest, ContentsOfAWrongLengthAreABugOfTheCaller) {
  BodyWriter writer(kSender);
  EXPECT_DEATH(writer.add({std::string(kPieceBytesMax + 1, 'x')}), "wrong length");
  EXPECT_DEATH(writer.add({"short", true}), "wrong length");
}

}  // namespace
}  // namespace ovid::wire
