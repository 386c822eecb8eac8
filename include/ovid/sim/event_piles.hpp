#pragma once
// Piles of events whose order does not matter yet. There are thousands of piles, and each can be
// large for a short time. So they share their memory.

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace ovid::sim {

/// The memory of one owner's piles, in chunks that are reused. `Event` is a plain value.
template <typename Event>
class EventPiles {
  struct Chunk;

 public:
  /// To be emptied before it is destroyed, or its memory is lost to the other piles.
  class Pile {
   public:
    bool empty() const { return newest_ == nullptr; }

   private:
    friend class EventPiles;
    Chunk* newest_ = nullptr;  // all older chunks are full
  };

  void add(Pile& pile, const Event& event) {
    if (!pile.newest_ || pile.newest_->count == kChunkEvents) pile.newest_ = fresh(pile.newest_);
    pile.newest_->events[pile.newest_->count++] = event;
  }

  /// Empties the pile; calls `take` for each event, in any order. It may add to other piles.
  template <typename Take>
  void take_all(Pile& pile, Take take) {
    Chunk* chunk = std::exchange(pile.newest_, nullptr);
    while (chunk) {
      if (chunk->older) __builtin_prefetch(chunk->older);
      for (std::size_t i = 0; i < chunk->count; ++i) take(chunk->events[i]);
      Chunk* const older = chunk->older;
      chunk->older = std::exchange(free_, chunk);
      chunk = older;
    }
  }

 private:
  static constexpr std::size_t kChunkEvents = 15;
  static constexpr std::size_t kBlockChunks = 64;
  struct Chunk {
    Chunk* older = nullptr;  // of the same pile, or the next free one
    std::size_t count = 0;
    std::array<Event, kChunkEvents> events;
  };

  Chunk* fresh(Chunk* older) {
    if (!free_) {
      blocks_.push_back(std::make_unique<std::array<Chunk, kBlockChunks>>());
      for (Chunk& each : *blocks_.back()) each.older = std::exchange(free_, &each);
    }
    Chunk* const chunk = std::exchange(free_, free_->older);
    chunk->older = older;
    chunk->count = 0;
    return chunk;
  }

  std::vector<std::unique_ptr<std::array<Chunk, kBlockChunks>>> blocks_;
  Chunk* free_ = nullptr;
};

}  // namespace ovid::sim
