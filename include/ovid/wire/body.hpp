#pragma once
// The second frame of every message between nodes: records, each a 32-bit little-endian length and
// a text. There are two kinds of text, and no frame mixes them:
//
//   ping <sender>              alone in its frame, not numbered
//   msg <sender> <contents>    contents are any bytes, none of them special
//
// What an agent sends is one record if it fits into one. If it is longer it travels in pieces, each
// a record: bits 31 and 15 of a length say that the message goes on in the next record. So a frame
// may end between any two records, wherever the path to the receiver asks for it, and the same
// bytes serve receivers of which one gets 64 KiB and another one 2 KiB at a time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"

namespace ovid::wire {

/// Longest contents of one message of an agent, in bytes: a client's longest line and 8 KiB for the
/// headers of an agent and of its node.
inline constexpr std::size_t kContentsBytesMax = (std::size_t{1} << 20) + (std::size_t{8} << 10);
/// A record has at most this many bytes, with its length: at 256 kbit/s they take 64 ms.
inline constexpr std::size_t kRecordBytesMax = std::size_t{2} << 10;
/// Longest contents of one record. Every piece of a message but the last has exactly as many.
inline constexpr std::size_t kPieceBytesMax = kRecordBytesMax - 16;
/// A body is closed when it has reached this many bytes.
inline constexpr std::size_t kBodyBytesFull = std::size_t{64} << 10;
/// The longest body: one byte less than full, and then the longest record.
inline constexpr std::size_t kBodyBytesMax = kBodyBytesFull + kRecordBytesMax;

/// A msg record, as a view.
struct Record {
  std::string_view contents;
  bool goes_on = false;  ///< it is a piece of a message, and not the last one
  bool operator==(const Record&) const = default;
};

/// How many records a message of this length needs.
constexpr std::size_t records_of(std::size_t bytes) {
  return bytes == 0 ? 1 : (bytes + kPieceBytesMax - 1) / kPieceBytesMax;
}

/// Calls each(Record) for the records of a message, in order.
template <typename Each>
void for_each_piece(std::string_view contents, Each&& each) {
  while (contents.size() > kPieceBytesMax) {
    each(Record{contents.substr(0, kPieceBytesMax), true});
    contents.remove_prefix(kPieceBytesMax);
  }
  each(Record{contents, false});
}

/// Builds a body of msg records of one sender.
class BodyWriter {
 public:
  explicit BodyWriter(base::NodeId sender);

  /// Appends one record. Contents: at most kPieceBytesMax bytes; exactly so many if it goes on.
  void add(const Record& record);
  /// Number of records so far, and how many messages end with one of them.
  std::uint32_t count() const { return count_; }
  std::uint32_t messages() const { return messages_; }
  /// Of the body so far.
  std::size_t size() const { return bytes_.size(); }
  bool full() const { return bytes_.size() >= kBodyBytesFull; }

  /// The body so far; the writer is empty afterwards.
  base::Bytes take();

 private:
  std::string head_;  // of every record: its length, then "msg <sender> "
  std::string bytes_;
  std::size_t last_size_ = 0;  // of the body before: the next one is often as long
  std::uint32_t count_ = 0;
  std::uint32_t messages_ = 0;
};

/// The body of a ping.
base::Bytes ping_body(base::NodeId sender);

/// The first record of a body that a BodyWriter has made: its bytes, with its length, and whether
/// it goes on. Precondition: the body is not empty.
struct Head {
  std::size_t bytes = 0;
  bool goes_on = false;
};
Head first_record(std::string_view body);

enum class BadBody : std::uint8_t { Length, TooLong, Count, Sender, Kind, Piece };
const char* text_of(BadBody why);

struct Ping {
  bool operator==(const Ping&) const = default;
};
/// The msg records, in order; views into the body.
using Records = std::vector<Record>;

/// Reads bodies; reuses its memory from call to call.
class BodyReader {
 public:
  /// A body with one bad record is bad as a whole. The records are views into `body`, valid until
  /// the next call. `count` and `sender` are the envelope's.
  std::variant<Ping, const Records*, BadBody> read(std::string_view body, std::uint32_t count,
                                                   base::NodeId sender);

 private:
  Records records_;
};

}  // namespace ovid::wire
