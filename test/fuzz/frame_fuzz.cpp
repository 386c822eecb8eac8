// Fuzz target: the frame codec. An input consists of: how to go on (1 byte), count (1), sender (2),
// the number of messages to write (1) and a sixteenth of the size of each (1 each), an envelope
// (72), a body (the rest).
//
// Promises: any bytes may be decoded. Whatever can be decoded is encoded to the same bytes again,
// and so is whatever can be read from a body. Whatever is written can be read back, long messages
// from their pieces. Records are views into the body, at most one count fits a body, and earlier
// reads do not change the result of a later one. A change within two neighbouring bytes of an
// envelope is detected.

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "input.hpp"

#include "ovid/wire/body.hpp"
#include "ovid/wire/envelope.hpp"
#include "ovid/wire/hello.hpp"

namespace ovid::fuzz {
namespace {

using Content = std::variant<wire::Ping, const wire::Records*, wire::BadBody>;

constexpr std::uint8_t kFieldsOnly =
    1;  // the envelope's magic, version and checksum are corrected first
constexpr std::uint32_t kCountsTried = 20;

std::string_view view_of(const wire::EnvelopeBytes& bytes) {
  return {bytes.data(), bytes.size()};
}

void decode_any(std::string_view bytes) {
  const auto decoded = wire::decode_envelope(bytes);
  if (const auto* envelope = std::get_if<wire::Envelope>(&decoded))
    check(view_of(wire::encode(*envelope)) == bytes, "an envelope is its own encoding");
  else
    check(*wire::text_of(std::get<wire::BadEnvelope>(decoded)) != '?', "a reason has a text");
}

wire::Envelope envelope_of(std::string_view fields) {
  Input input(reinterpret_cast<const std::uint8_t*>(fields.data()), fields.size());
  input.take(8);
  wire::Envelope e;
  e.from = {static_cast<std::uint16_t>(input.number(2))};
  e.to = {static_cast<std::uint16_t>(input.number(2))};
  e.count = static_cast<std::uint16_t>(input.number(2));
  const std::uint64_t marks = input.number(2);
  e.greeting = marks % 2 != 0;
  e.asks = !e.greeting && marks / 2 % 2 != 0;
  e.silent = static_cast<std::uint16_t>(marks / 4);
  e.from_incarnation = {input.number(8)};
  e.to_incarnation = {input.number(8)};
  e.from_epoch = {input.number(8)};
  e.to_epoch = {input.number(8)};
  e.first = e.greeting ? (input.number(8), 0) : std::max<std::uint64_t>(input.number(8), 1);
  e.ack = input.number(8);
  e.sent = static_cast<std::uint32_t>(input.number(4));
  e.echo = static_cast<std::uint32_t>(input.number(4));
  return e;
}

/// `where` and `change` choose the damage: it is in one byte, or in two neighbouring bytes.
void encode_and_damage(const wire::Envelope& envelope, std::uint8_t where, std::uint16_t change) {
  wire::EnvelopeBytes bytes = wire::encode(envelope);
  const auto decoded = wire::decode_envelope(view_of(bytes));
  check(std::get<wire::Envelope>(decoded) == envelope, "what is encoded decodes");
  if (change == 0) return;
  const std::size_t at = where % (bytes.size() - 1);
  bytes[at] = static_cast<char>(bytes[at] ^ (change & 0xff));
  bytes[at + 1] = static_cast<char>(bytes[at + 1] ^ (change >> 8));
  check(std::holds_alternative<wire::BadEnvelope>(wire::decode_envelope(view_of(bytes))),
        "a change within two neighbouring bytes is found");
}

/// Writes what was read in the body.
std::string rewritten(const Content& content, std::string_view body, base::NodeId sender) {
  if (std::holds_alternative<wire::Ping>(content))
    return std::string(wire::ping_body(sender).view());
  wire::BodyWriter writer(sender);
  std::size_t bytes = 0;
  for (const wire::Record& record : *std::get<const wire::Records*>(content)) {
    writer.add(record);
    const wire::Head head = wire::first_record(body.substr(bytes));
    check(head.goes_on == record.goes_on, "the head of a record says whether it goes on");
    bytes += head.bytes;
    check(bytes == writer.size(), "the head of a record says how long it is");
  }
  check(writer.count() == std::get<const wire::Records*>(content)->size(), "every record counts");
  return std::string(writer.take().view());
}

/// A hello that can be read is encoded to the same bytes again.
void read_hello_of(std::string_view contents, base::NodeId sender) {
  const auto hello = wire::read_hello(contents);
  if (!hello) return;
  wire::BodyWriter writer(sender);
  writer.add({contents});
  check(wire::hello_body(sender, *hello) == writer.take(), "a hello is its own encoding");
}

/// Returns whether the body could be read with this count.
bool read_any(wire::BodyReader& reader, std::string_view body, std::uint32_t count,
              base::NodeId sender) {
  const Content content = reader.read(body, count, sender);
  if (const auto* bad = std::get_if<wire::BadBody>(&content)) {
    check(*wire::text_of(*bad) != '?', "a reason has a text");
    return false;
  }
  if (const auto* records = std::get_if<const wire::Records*>(&content)) {
    check((*records)->size() == count && count > 0, "as many records as the envelope says");
    const char* end = body.data();
    for (const auto& [contents, goes_on] : **records) {
      if (!goes_on) read_hello_of(contents, sender);
      check(contents.data() >= end, "records follow each other within the body");
      end = contents.data() + contents.size();
      check(end <= body.data() + body.size(), "records are views into the body");
    }
  } else {
    check(count == 1, "a ping is alone");
  }
  check(rewritten(content, body, sender) == body, "what is read is written to the same bytes");
  return true;
}

void read_with_all_counts(std::string_view body, std::uint32_t count, base::NodeId sender) {
  wire::BodyReader reader;
  const bool good = read_any(reader, body, count, sender);
  int fitting = good && count >= kCountsTried ? 1 : 0;
  for (std::uint32_t other = 0; other < kCountsTried; ++other)
    fitting += read_any(reader, body, other, sender) ? 1 : 0;
  check(fitting <= 1, "one count at most fits a body");
  check(read_any(reader, body, count, sender) == good, "nothing read before matters");
}

/// The messages whose pieces these are.
std::vector<std::string> together(const wire::Records& records) {
  std::vector<std::string> messages;
  bool begins = true;
  for (const auto& [contents, goes_on] : records) {
    if (begins) messages.emplace_back();
    messages.back() += contents;
    begins = !goes_on;
  }
  check(begins, "no message is left unfinished");
  return messages;
}

void write_and_read(const std::vector<std::string_view>& texts, base::NodeId sender) {
  wire::BodyWriter writer(sender);
  std::size_t records = 0;
  for (const std::string_view text : texts) {
    wire::for_each_piece(text, [&](const wire::Record& piece) { writer.add(piece); });
    records += wire::records_of(text.size());
  }
  const std::uint32_t count = writer.count();
  check(count == records && writer.messages() == texts.size(), "every record counts");
  const base::Bytes body = writer.take();
  check(writer.count() == 0 && writer.take().size() == 0, "the writer is empty afterwards");
  wire::BodyReader reader;
  const Content content = reader.read(body.view(), count, sender);
  if (texts.empty())
    check(std::holds_alternative<wire::BadBody>(content), "an empty body is none");
  else
    check(std::ranges::equal(together(*std::get<const wire::Records*>(content)), texts),
          "what is written reads back");
  check(std::holds_alternative<wire::Ping>(reader.read(wire::ping_body(sender).view(), 1, sender)),
        "a ping reads back");
}

}  // namespace
}  // namespace ovid::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ovid;
  fuzz::Input input(data, size);
  const std::uint8_t how = input.byte();
  const std::uint32_t count = input.byte();
  const base::NodeId sender{static_cast<std::uint16_t>(input.number(2))};
  std::vector<std::uint8_t> sizes(input.byte() % 16u);
  for (std::uint8_t& each : sizes) each = input.byte();
  const fuzz::Exact envelope(input.take(wire::kEnvelopeBytes));
  const fuzz::Exact body(input.rest());

  fuzz::decode_any(envelope.view());
  fuzz::decode_any(body.view());
  if ((how & fuzz::kFieldsOnly) != 0)
    fuzz::encode_and_damage(fuzz::envelope_of(envelope.view()), static_cast<std::uint8_t>(how >> 1),
                            static_cast<std::uint16_t>(sender.value));
  fuzz::read_with_all_counts(body.view(), count, sender);
  std::vector<std::string_view> texts;
  std::string_view rest = body.view();
  for (const std::uint8_t each : sizes) {
    texts.push_back(rest.substr(0, std::size_t{16} * each));
    rest.remove_prefix(texts.back().size());
  }
  fuzz::write_and_read(texts, sender);
  return 0;
}
