#include "ovid/agents/chat_log.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ovid::agents {
namespace {

// Chunks double from this size to the largest, so that a small log stays small and an answer of
// many megabytes has few pieces.
constexpr std::size_t kChunkBytesFirst = std::size_t{4} << 10;

}  // namespace

void ChatLog::append(std::string_view message) {
  const bool first = messages_++ == 0;
  if (!chunks_.empty() && message.size() < chunks_.back().capacity - chunks_.back().used)
      [[likely]] {
    Chunk& chunk = chunks_.back();
    char* const to = chunk.bytes.get() + chunk.used;
    *to = ',';
    std::memcpy(to + 1, message.data(), message.size());
    chunk.used += 1 + message.size();
    return;
  }
  if (!first) write(",");
  write(message);
}

void ChatLog::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (chunks_.empty() || chunks_.back().used == chunks_.back().capacity) add_chunk();
    Chunk& chunk = chunks_.back();
    const std::size_t length = std::min(bytes.size(), chunk.capacity - chunk.used);
    std::memcpy(chunk.bytes.get() + chunk.used, bytes.data(), length);
    chunk.used += length;
    bytes.remove_prefix(length);
  }
}

void ChatLog::add_chunk() {
  const std::size_t capacity =
      chunks_.empty() ? kChunkBytesFirst : std::min(kChunkBytesMax, 2 * chunks_.back().capacity);
  const auto release = [&memory = memory_, capacity](char* bytes) {
    memory.deallocate(bytes, capacity);
  };
  std::shared_ptr<char[]> bytes(static_cast<char*>(memory_.allocate(capacity)), release);
  chunks_.push_back({std::move(bytes), 0, capacity});
}

base::Rope ChatLog::text() const {
  base::Rope rope;
  rope.reserve(chunks_.size());
  for (const Chunk& chunk : chunks_)
    rope.emplace_back(chunk.bytes, std::string_view(chunk.bytes.get(), chunk.used));
  return rope;
}

}  // namespace ovid::agents
