#include "ovid/wire/body.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/check.hpp"
#include "ovid/wire/little_endian.hpp"

namespace ovid::wire {
namespace {

constexpr std::size_t kLengthBytes = 4;

}  // namespace

const char* text_of(BadBody why) {
  switch (why) {
    case BadBody::Length:
      return "a record is longer than the rest of the body";
    case BadBody::Count:
      return "the body does not have the number of records that the envelope states";
    case BadBody::Sender:
      return "a record names another sender than the envelope";
    case BadBody::Kind:
      return "a record is neither ping nor msg";
  }
  return "?";
}

BodyWriter::BodyWriter(base::NodeId sender) : prefix_(fmt::format("msg {} ", sender.value)) {}

void BodyWriter::add(std::string_view contents) {
  base::check(contents.size() <= kContentsBytesMax, "a record's contents are too long");
  char length[kLengthBytes];
  put<std::uint32_t>(length, static_cast<std::uint32_t>(prefix_.size() + contents.size()));
  bytes_.append(length, kLengthBytes).append(prefix_).append(contents);
  ++count_;
}

base::Bytes BodyWriter::take() {
  count_ = 0;
  return base::Bytes::of(std::exchange(bytes_, {}));
}

base::Bytes ping_body(base::NodeId sender) {
  const std::string text = fmt::format("ping {}", sender.value);
  char length[kLengthBytes];
  put<std::uint32_t>(length, static_cast<std::uint32_t>(text.size()));
  return base::Bytes::of(std::string(length, kLengthBytes) + text);
}

std::variant<Ping, const Messages*, BadBody> BodyReader::read(std::string_view body,
                                                              std::uint32_t count,
                                                              base::NodeId sender) {
  char expected[16] = {'m', 's', 'g', ' '};
  char* end = std::to_chars(expected + 4, expected + sizeof expected - 1, sender.value).ptr;
  *end++ = ' ';
  const std::string_view prefix(expected, static_cast<std::size_t>(end - expected));
  const std::string_view ping_sender = prefix.substr(4, prefix.size() - 5);
  messages_.clear();
  while (!body.empty()) {
    if (body.size() < kLengthBytes) return BadBody::Length;
    const std::size_t length = get<std::uint32_t>(body.data());
    body.remove_prefix(kLengthBytes);
    if (length > body.size()) return BadBody::Length;
    const std::string_view text = body.substr(0, length);
    body.remove_prefix(length);
    if (text.starts_with("msg ")) [[likely]] {
      if (!text.starts_with(prefix)) return BadBody::Sender;
      if (messages_.size() == count) return BadBody::Count;
      messages_.push_back(text.substr(prefix.size()));
    } else if (text.starts_with("ping ")) {
      if (text.substr(5) != ping_sender) return BadBody::Sender;
      if (count != 1 || !messages_.empty() || !body.empty()) return BadBody::Count;
      return Ping{};
    } else {
      return BadBody::Kind;
    }
  }
  if (messages_.size() != count || count == 0) return BadBody::Count;
  return &messages_;
}

}  // namespace ovid::wire
