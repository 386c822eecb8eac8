#pragma once
// The second frame of every message between nodes: records, each a 32-bit little-endian length and
// a text. There are two kinds of text, and no message mixes them:
//
//   ping <sender>              alone in its message, not numbered
//   msg <sender> <contents>    contents are any bytes, none of them special

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::wire {

/// Longest contents of one record, in bytes: a client's longest line and 8 KiB for the headers of
/// an agent and of its node.
inline constexpr std::size_t kContentsBytesMax = (std::size_t{1} << 20) + (std::size_t{8} << 10);
/// A body is closed when it has reached this many bytes; one long record may exceed it.
inline constexpr std::size_t kBodyBytesFull = std::size_t{64} << 10;
/// The longest body: one byte less than full, and then the longest record.
inline constexpr std::size_t kBodyBytesMax = kBodyBytesFull + kContentsBytesMax + 64;

/// Builds a body of msg records of one sender.
class BodyWriter {
 public:
  explicit BodyWriter(base::NodeId sender);

  /// Appends one record. Contents: at most kContentsBytesMax bytes.
  void add(std::string_view contents);
  std::uint32_t count() const { return count_; }
  /// Of the body so far.
  std::size_t size() const { return bytes_.size(); }
  bool full() const { return bytes_.size() >= kBodyBytesFull; }

  /// The body so far; the writer is empty afterwards.
  base::Bytes take();

 private:
  std::string prefix_;  // "msg <sender> "
  std::string bytes_;
  std::uint32_t count_ = 0;
};

/// The body of a ping.
base::Bytes ping_body(base::NodeId sender);

enum class BadBody : std::uint8_t { Length, Count, Sender, Kind };
const char* text_of(BadBody why);

struct Ping {
  bool operator==(const Ping&) const = default;
};
/// Contents of the msg records, in order; views into the body.
using Messages = std::vector<std::string_view>;

/// Reads bodies; reuses its memory from call to call.
class BodyReader {
 public:
  /// A body with one bad record is bad as a whole. The messages are views into `body`, valid until
  /// the next call. `count` and `sender` are the envelope's.
  std::variant<Ping, const Messages*, BadBody> read(std::string_view body, std::uint32_t count,
                                                    base::NodeId sender);

 private:
  Messages messages_;
};

}  // namespace ovid::wire
