#include "ovid/wire/body.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/check.hpp"
#include "ovid/wire/little_endian.hpp"

namespace ovid::wire {
namespace {

constexpr std::size_t kLengthBytes = 4;
/// The bits of a length that say that the record goes on: both or none, and not in neighbouring
/// bytes. So a changed length never makes one message of two, or two of one.
constexpr std::uint32_t kGoesOn = std::uint32_t{1} << 31 | std::uint32_t{1} << 15;
static_assert(kRecordBytesMax < std::uint32_t{1} << 15);

static_assert(kLengthBytes + std::string_view("msg 65535 ").size() + kPieceBytesMax <=
              kRecordBytesMax);

}  // namespace

const char* text_of(BadBody why) {
  switch (why) {
    case BadBody::Length:
      return "a record is longer than the rest of the body";
    case BadBody::TooLong:
      return "a record is longer than 2 KiB";
    case BadBody::Count:
      return "the body does not have the number of records that the envelope states";
    case BadBody::Sender:
      return "a record names another sender than the envelope";
    case BadBody::Kind:
      return "a record is neither ping nor msg";
    case BadBody::Piece:
      return "a record goes on that is not a full piece of a message";
  }
  return "?";
}

BodyWriter::BodyWriter(base::NodeId sender)
    : head_(std::string(kLengthBytes, '\0') + fmt::format("msg {} ", sender.value)) {}

void BodyWriter::add(const Record& record) {
  const std::size_t size = record.contents.size();
  base::check(record.goes_on ? size == kPieceBytesMax : size <= kPieceBytesMax,
              "a record's contents have a wrong length");
  const auto bytes = static_cast<std::uint32_t>(head_.size() - kLengthBytes + size);
  put<std::uint32_t>(head_.data(), record.goes_on ? bytes | kGoesOn : bytes);
  if (bytes_.empty()) bytes_.reserve(last_size_);
  bytes_.append(head_).append(record.contents);
  ++count_;
  if (!record.goes_on) ++messages_;
}

base::Bytes BodyWriter::take() {
  count_ = 0;
  messages_ = 0;
  last_size_ = bytes_.size();
  return base::Bytes::of(std::exchange(bytes_, {}));
}

base::Bytes ping_body(base::NodeId sender) {
  const std::string text = fmt::format("ping {}", sender.value);
  char length[kLengthBytes];
  put<std::uint32_t>(length, static_cast<std::uint32_t>(text.size()));
  return base::Bytes::of(std::string(length, kLengthBytes) + text);
}

Head first_record(std::string_view body) {
  const auto length = get<std::uint32_t>(body.data());
  const bool goes_on = (length & kGoesOn) == kGoesOn;
  return {kLengthBytes + (goes_on ? length & ~kGoesOn : length), goes_on};
}

std::variant<Ping, const Records*, BadBody> BodyReader::read(std::string_view body,
                                                             std::uint32_t count,
                                                             base::NodeId sender) {
  char expected[16] = {'m', 's', 'g', ' '};
  char* end = std::to_chars(expected + 4, expected + sizeof expected - 1, sender.value).ptr;
  *end++ = ' ';
  const std::string_view prefix(expected, static_cast<std::size_t>(end - expected));
  const std::string_view ping_sender = prefix.substr(4, prefix.size() - 5);
  records_.clear();
  while (!body.empty()) {
    if (body.size() < kLengthBytes) return BadBody::Length;
    const Head head = first_record(body);
    if (head.bytes > body.size()) return BadBody::Length;
    const std::string_view text = body.substr(kLengthBytes, head.bytes - kLengthBytes);
    body.remove_prefix(head.bytes);
    if (text.starts_with("msg ")) [[likely]] {
      if (!text.starts_with(prefix)) return BadBody::Sender;
      if (records_.size() == count) return BadBody::Count;
      const std::string_view contents = text.substr(prefix.size());
      if (contents.size() > kPieceBytesMax) return BadBody::TooLong;
      if (head.goes_on && contents.size() != kPieceBytesMax) return BadBody::Piece;
      records_.push_back({contents, head.goes_on});
    } else if (text.starts_with("ping ")) {
      if (text.substr(5) != ping_sender) return BadBody::Sender;
      if (head.goes_on) return BadBody::Piece;
      if (count != 1 || !records_.empty() || !body.empty()) return BadBody::Count;
      return Ping{};
    } else {
      return BadBody::Kind;
    }
  }
  if (records_.size() != count || count == 0) return BadBody::Count;
  return &records_;
}

}  // namespace ovid::wire
