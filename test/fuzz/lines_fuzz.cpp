// Fuzz target: the splitter of clients' lines, and the chatroom's commands. An input consists of:
// the maximum length of a line (1 byte), the lines after which the reader stops (1; one bit for
// each of eight lines, used in turn), the number of chunk sizes (1), the chunk sizes (1 each, used
// in turn) and the stream (the rest).
//
// Promises: the lines are those that a simple reader finds, however the stream is cut into chunks
// and wherever the reader stops and continues. The splitter never holds more than the maximum and
// one CR. Every line can be parsed, the text of a broadcast is a view into its line, and an answer
// is one line without control characters.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "input.hpp"

#include "ovid/agents/chat_command.hpp"
#include "ovid/wire/line_splitter.hpp"
#include "ovid/wire/master_line.hpp"

namespace ovid::fuzz {
namespace {

/// Gives access to a private member: an explicit template instantiation may name private members.
template <auto Member, typename Key>
struct Lend {
  friend const std::string& held(const wire::LineSplitter& splitter, Key) {
    return splitter.*Member;
  }
};
struct Held {};
const std::string& held(const wire::LineSplitter& splitter, Held);
template struct Lend<&wire::LineSplitter::begun_, Held>;

// Stands for a line that is too long; no line contains a line feed.
const char* const kTooLong = "\n";
using Lines = std::vector<std::string>;

/// The lines that the splitter must find, computed in the simplest way.
Lines read_plainly(std::string_view stream, std::size_t bound) {
  Lines lines;
  while (!stream.empty()) {
    const std::size_t end = stream.find('\n');
    std::string_view line = stream.substr(0, end);
    const bool ended = end != std::string_view::npos;
    stream.remove_prefix(ended ? end + 1 : stream.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > bound)
      lines.emplace_back(kTooLong);
    else if (ended)
      lines.emplace_back(line);
  }
  return lines;
}

/// Bit i of `stops` says whether to stop after line i, modulo 8.
class Reader {
 public:
  Reader(std::size_t bound, std::uint8_t stops) : bound_(bound), stops_(stops), splitter_(bound) {}

  void read(std::string_view chunk) {
    for (;;) {
      const Exact own(chunk);
      bool stopped = false;
      const std::size_t used = splitter_.feed(
          own.view(),
          [&](std::string_view line) {
            check(!stopped, "no line after the reader stopped");
            lines.emplace_back(line);
            stopped = (stops_ >> (lines.size() % 8) & 1) != 0;
            return !stopped;
          },
          [&] { lines.emplace_back(kTooLong); });
      check(used <= chunk.size(), "no more is used than there is");
      check(held(splitter_, Held{}).size() <= bound_ + 1, "an unfinished line is bounded");
      if (!stopped) return check(used == chunk.size(), "all is used unless the reader stopped");
      check(used > 0 && chunk[used - 1] == '\n', "stopped at the end of a line");
      chunk.remove_prefix(used);
      if (chunk.empty()) return;
    }
  }

  Lines lines;

 private:
  const std::size_t bound_;
  const std::uint8_t stops_;
  wire::LineSplitter splitter_;
};

/// Whether the text consists of complete UTF-8 characters, judged by their lengths alone.
bool utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80             ? 1
                               : (lead & 0xe0) == 0xc0 ? 2
                               : (lead & 0xf0) == 0xe0 ? 3
                               : (lead & 0xf8) == 0xf0 ? 4
                                                       : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    i += length;
  }
  return true;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

void parse_any(const std::string& line) {
  const agents::ChatCommand command = agents::parse_chat_command(line);
  if (const auto* broadcast = std::get_if<agents::Broadcast>(&command)) {
    check(!broadcast->text.empty(), "a broadcast has a text");
    check(broadcast->text.data() == line.data() + 10, "the text is the line's own");
    check("broadcast " + std::string(broadcast->text) == line, "the text is all after the space");
  } else if (const auto* malformed = std::get_if<agents::Malformed>(&command)) {
    const std::string answer = wire::error_line(malformed->reason);
    check(answer.size() < 100, "a reason is short");
    check(answer.starts_with("error ") && answer.ends_with('\n'), "an answer is a line");
    check(std::count_if(answer.begin(), answer.end(), is_control) == 1, "an answer is clean");
    check(!utf8(line) || utf8(answer), "no character is cut");
    check(line != "get" && line != "alive" && line != "count" && line != "crash", "known words");
  } else {
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
    check(!line.empty() && line.size() < 16 && std::all_of(line.begin(), line.end(), small),
          "a command without a text is one word");
  }
}

}  // namespace
}  // namespace ovid::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ovid::fuzz;
  Input input(data, size);
  const std::size_t bound = input.byte();
  const std::uint8_t stops = input.byte();
  std::vector<std::size_t> sizes(1u + input.byte() % 16u);
  for (std::size_t& each : sizes) each = input.byte();
  const std::string_view stream = input.rest();

  const Lines plain = read_plainly(stream, bound);
  Reader whole(bound, 0);
  whole.read(stream);
  check(whole.lines == plain, "the lines of a plain reading");
  Reader stopping(bound, stops);
  stopping.read(stream);
  check(stopping.lines == plain, "the same lines with stops");
  Reader pieces(bound, stops);
  Reader bytes(bound, stops);
  std::size_t turn = 0;
  for (std::string_view rest = stream; !rest.empty();) {
    const std::string_view chunk = rest.substr(0, sizes[turn++ % sizes.size()] + 1);
    pieces.read(chunk);
    for (std::size_t i = 0; i < chunk.size(); ++i) bytes.read(chunk.substr(i, 1));
    rest.remove_prefix(chunk.size());
  }
  check(pieces.lines == plain, "the same lines in chunks");
  check(bytes.lines == plain, "the same lines byte by byte");
  for (const std::string& line : plain)
    if (line != kTooLong) parse_any(line);
  return 0;
}
