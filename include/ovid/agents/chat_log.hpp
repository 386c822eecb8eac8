#pragma once
// The chatroom's log: messages in the order of their arrival, kept as the text that answers `get`.
// A message costs its bytes and one comma; an answer shares the log's chunks.

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "ovid/base/bytes.hpp"

namespace ovid::agents {

/// Append-only and unbounded. Bytes never move, so what text() has returned stays valid while
/// messages are appended.
class ChatLog {
 public:
  /// The chunks come from `memory`: borrowed, and it must outlive the answers too. Answers are
  /// released on any thread.
  explicit ChatLog(std::pmr::memory_resource& memory = *std::pmr::new_delete_resource())
      : memory_(memory) {}

  static constexpr std::size_t kChunkBytesMax = std::size_t{256} << 10;

  void append(std::string_view message);
  std::size_t messages() const { return messages_; }

  /// "m1,m2,...": all messages so far, in pieces of at most a chunk.
  base::Rope text() const;

 private:
  struct Chunk {
    std::shared_ptr<char[]> bytes;
    std::size_t used = 0;
    std::size_t capacity = 0;
  };
  void write(std::string_view bytes);
  void add_chunk();

  std::pmr::memory_resource& memory_;
  std::vector<Chunk> chunks_;  // all are full except the last
  std::size_t messages_ = 0;
};

}  // namespace ovid::agents
