#include "ovid/app/growing_memory.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ovid/agents/chat_log.hpp"

namespace ovid::app {
namespace {

constexpr std::size_t kBlock = agents::ChatLog::kChunkBytesMax;
constexpr std::size_t kLargePage = GrowingMemory::kLargePageBytes;
constexpr std::size_t kBlocksPerLargePage = kLargePage / kBlock;
constexpr std::size_t kSmallBlocksMin = GrowingMemory::kSmallBytesMin / kBlock;

std::byte* block_of(GrowingMemory& memory) {
  return static_cast<std::byte*>(memory.allocate(kBlock));
}

long faults() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

/// A system that provides pages at the cost that a test wants.
struct System {
  double small_block = 1;  // seconds
  double large_page = 0;
  std::size_t large_pages = 0;
  std::size_t bytes = 0;

  GrowingMemory::Provide provide() {
    return [this](std::byte*, std::size_t size) {
      bytes += size;
      if (size == kBlock) return small_block;
      ++large_pages;
      return large_page;
    };
  }
};

void grow(GrowingMemory& memory, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) block_of(memory);
}

TEST(GrowingMemory, BlocksAreWrittenWithoutAFault) {
  GrowingMemory memory(kBlock);
  const int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  long while_writing = 0;
  for (std::size_t bytes = 0; bytes < std::size_t{64} << 20; bytes += kBlock) {
    std::byte* const block = block_of(memory);
    const long before = faults();
    // The kernel writes, because a sanitizer would have faults of its own.
    ASSERT_EQ(syscall(SYS_read, zeros, block, kBlock), static_cast<long>(kBlock));
    while_writing += faults() - before;
  }
  close(zeros);
  EXPECT_LT(while_writing, 100);  // of 16384 pages; the kernel may move a few meanwhile
}

TEST(GrowingMemory, BlocksDoNotOverlapAndKeepTheirContents) {
  GrowingMemory memory(kBlock);
  std::vector<std::byte*> blocks;
  for (int i = 0; i < 200; ++i) {
    blocks.push_back(block_of(memory));
    std::memset(blocks.back(), i, kBlock);
  }
  for (int i = 0; i < 200; ++i) {
    const std::vector<std::byte> expected(kBlock, static_cast<std::byte>(i));
    ASSERT_EQ(std::memcmp(blocks[static_cast<std::size_t>(i)], expected.data(), kBlock), 0) << i;
  }
}

TEST(GrowingMemory, TheFirstBlocksOccupyNothingElse) {
  System system;
  GrowingMemory memory(kBlock, system.provide());
  for (std::size_t blocks = 1; blocks <= kSmallBlocksMin; ++blocks) {
    block_of(memory);
    EXPECT_EQ(system.bytes, blocks * kBlock);
  }
}

TEST(GrowingMemory, AtMostAnEighthIsOccupiedInAdvance) {
  System system;
  GrowingMemory memory(kBlock, system.provide());
  for (std::size_t blocks = 1; blocks <= 4 * kSmallBlocksMin; ++blocks) {
    block_of(memory);
    EXPECT_LE(system.bytes, blocks * kBlock * 9 / 8);
  }
  EXPECT_GT(system.large_pages, 0u);
}

TEST(GrowingMemory, BlocksArePartsOfLargePagesAsLongAsTheseCostLess) {
  System system;
  GrowingMemory memory(kBlock, system.provide());
  grow(memory, kSmallBlocksMin);
  EXPECT_EQ(system.large_pages, 0u);
  grow(memory, 100 * kBlocksPerLargePage);
  EXPECT_EQ(system.large_pages, 100u);
}

TEST(GrowingMemory, LargePagesThatCostMoreAreTriedWheneverTheMemoryHasDoubled) {
  System system;
  system.large_page = 1.01 * kBlocksPerLargePage * system.small_block;
  GrowingMemory memory(kBlock, system.provide());
  grow(memory, 9 * kSmallBlocksMin);
  EXPECT_EQ(system.large_pages, 4u);  // after 1, 2, 4 and 8 times the least
}

TEST(GrowingMemory, LargePagesAreUsedAgainOnceTheyCostLess) {
  System system;
  system.large_page = 1.01 * kBlocksPerLargePage * system.small_block;
  GrowingMemory memory(kBlock, system.provide());
  grow(memory, 2 * kSmallBlocksMin);
  EXPECT_EQ(system.large_pages, 1u);
  system.large_page = 0;
  grow(memory, 10 * kBlocksPerLargePage);
  EXPECT_EQ(system.large_pages, 11u);
}

TEST(GrowingMemory, OtherSizesAreAllocatedAndFreedAsUsual) {
  GrowingMemory memory(kBlock);
  void* const small = memory.allocate(4096, 64);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(small) % 64, 0u);
  memory.deallocate(small, 4096, 64);
}

TEST(GrowingMemory, HoldsALog) {
  GrowingMemory memory(kBlock);
  agents::ChatLog log(memory);
  const std::string message(1023, 'x');
  for (int i = 0; i < 24 << 10; ++i) log.append(message);
  const base::Rope text = log.text();
  ASSERT_EQ(base::size_of(text), (std::size_t{24} << 20) - 1);
  for (const base::Bytes& piece : text)
    EXPECT_EQ(piece.view().find_first_not_of("x,"), std::string_view::npos);
}

}  // namespace
}  // namespace ovid::app
