#pragma once
// Memory for what only grows and is filled from the front: the chatroom's log. A page that comes
// anew from the system costs a fault, and with records of 1 KiB these took a third of a receiver's
// CPU time. So pages are asked for before they are written, many at once, and in pages of 2 MiB
// where these are cheaper.

#include <cstddef>
#include <functional>
#include <memory_resource>
#include <utility>
#include <vector>

namespace ovid::app {

/// Gives blocks of one size, aligned as new aligns, and keeps them until it ends; other sizes come
/// from new and delete. Blocks may be returned on any thread; everything else happens on one.
///
/// The first blocks come from new, so that what messages have left there is used again, and are
/// made ready one by one. From 16 MiB on, blocks are parts of large pages as long as these cost no
/// more CPU time; if one costs more, the next is tried when there is twice as much. A large page
/// can cost more in a virtual machine that returns free memory to its host (virtio's free page
/// reporting): to get one back takes 4 ms, an ordinary one 0.2 ms.
class GrowingMemory final : public std::pmr::memory_resource {
 public:
  static constexpr std::size_t kLargePageBytes = std::size_t{2} << 20;
  /// So that the unused part of a large page is at most an eighth of all.
  static constexpr std::size_t kSmallBytesMin = 8 * kLargePageBytes;

  /// Makes the system provide pages that can be written without a fault. Returns the CPU time it
  /// took in seconds.
  using Provide = std::function<double(std::byte* begin, std::size_t bytes)>;
  static double provide(std::byte* begin, std::size_t bytes);

  /// A large page holds a whole number of blocks.
  explicit GrowingMemory(std::size_t block_bytes, Provide provide_with = provide)
      : block_bytes_(block_bytes), provide_(std::move(provide_with)) {}
  ~GrowingMemory() override;
  GrowingMemory(const GrowingMemory&) = delete;
  GrowingMemory& operator=(const GrowingMemory&) = delete;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override;
  std::byte* add_small_block();
  void add_large_page();

  const std::size_t block_bytes_;
  const Provide provide_;
  std::vector<std::byte*> small_blocks_;
  std::vector<std::byte*> large_pages_;
  std::size_t used_ = kLargePageBytes;       // of the last large page
  std::size_t bytes_ = 0;                    // of all blocks
  std::size_t next_large_ = kSmallBytesMin;  // of blocks before the next large page
  double small_seconds_ = 0;                 // what all small blocks have cost
};

}  // namespace ovid::app
