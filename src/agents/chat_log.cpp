#include "ovid/agents/chat_log.hpp"

#include <algorithm>
#include <cstring>

namespace ovid::agents {
namespace {

// Chunks double from the first size to the last, so that a small log stays small and an answer of
// many megabytes has few pieces.
constexpr std::size_t kChunkBytesFirst = std::size_t{4} << 10;
constexpr std::size_t kChunkBytesLast = std::size_t{256} << 10;

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
    if (chunks_.empty() || chunks_.back().used == chunks_.back().capacity) {
      const std::size_t capacity = chunks_.empty()
                                       ? kChunkBytesFirst
                                       : std::min(kChunkBytesLast, 2 * chunks_.back().capacity);
      chunks_.push_back({std::shared_ptr<char[]>(new char[capacity]), 0, capacity});
    }
    Chunk& chunk = chunks_.back();
    const std::size_t length = std::min(bytes.size(), chunk.capacity - chunk.used);
    std::memcpy(chunk.bytes.get() + chunk.used, bytes.data(), length);
    chunk.used += length;
    bytes.remove_prefix(length);
  }
}

base::Rope ChatLog::text() const {
  base::Rope rope;
  rope.reserve(chunks_.size());
  for (const Chunk& chunk : chunks_)
    rope.emplace_back(chunk.bytes, std::string_view(chunk.bytes.get(), chunk.used));
  return rope;
}

}  // namespace ovid::agents
