#include "ovid/app/growing_memory.hpp"

#include <cstdint>
#include <ctime>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace ovid::app {
namespace {

#ifndef MADV_POPULATE_WRITE
constexpr int MADV_POPULATE_WRITE = 23;  // Linux 5.14
#endif

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::byte* map(std::byte* hint, std::size_t bytes) {
  void* const memory =
      mmap(hint, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<std::byte*>(memory);
}

std::size_t beyond_boundary(const std::byte* memory) {
  return reinterpret_cast<std::uintptr_t>(memory) % GrowingMemory::kLargePageBytes;
}

/// On a boundary of its size, which a large page needs; beside `neighbour` if possible, so that
/// the kernel can keep both as one mapping.
std::byte* map_large_page(std::byte* neighbour) {
  constexpr std::size_t kBytes = GrowingMemory::kLargePageBytes;
  std::byte* memory = map(neighbour == nullptr ? nullptr : neighbour - kBytes, kBytes);
  if (beyond_boundary(memory) == 0) return memory;
  munmap(memory, kBytes);
  memory = map(nullptr, 2 * kBytes);
  const std::size_t before = kBytes - beyond_boundary(memory);
  munmap(memory, before);
  munmap(memory + before + kBytes, kBytes - before);
  return memory + before;
}

}  // namespace

double GrowingMemory::provide(std::byte* begin, std::size_t bytes) {
  static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const double start = cpu_seconds();
  const std::size_t before = reinterpret_cast<std::uintptr_t>(begin) % page;
  // Contents do not change, so that neighbours on the same pages are safe.
  if (madvise(begin - before, before + bytes, MADV_POPULATE_WRITE) != 0)  // an older kernel
    for (std::size_t at = 0; at < bytes; at += page)
      *const_cast<volatile std::byte*>(begin + at) = std::byte{0};
  return cpu_seconds() - start;
}

GrowingMemory::~GrowingMemory() {
  for (std::byte* const page : large_pages_) munmap(page, kLargePageBytes);
  for (std::byte* const block : small_blocks_) ::operator delete(block);
}

void* GrowingMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (bytes != block_bytes_) return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  if (used_ == kLargePageBytes && bytes_ >= next_large_) add_large_page();
  bytes_ += block_bytes_;
  if (used_ == kLargePageBytes) return add_small_block();
  used_ += block_bytes_;
  return large_pages_.back() + used_ - block_bytes_;
}

void GrowingMemory::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
  if (bytes != block_bytes_) std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
}

std::byte* GrowingMemory::add_small_block() {
  auto* const block = static_cast<std::byte*>(::operator new(block_bytes_));
  small_blocks_.push_back(block);
  small_seconds_ += provide_(block, block_bytes_);
  return block;
}

void GrowingMemory::add_large_page() {
  std::byte* const page = map_large_page(large_pages_.empty() ? nullptr : large_pages_.back());
  large_pages_.push_back(page);
  used_ = 0;
  madvise(page, kLargePageBytes, MADV_HUGEPAGE);  // only a hint
  const double seconds = provide_(page, kLargePageBytes);
  const auto small_bytes = static_cast<double>(small_blocks_.size() * block_bytes_);
  if (seconds > small_seconds_ / small_bytes * kLargePageBytes) next_large_ = 2 * bytes_;
}

bool GrowingMemory::do_is_equal(const std::pmr::memory_resource& other) const noexcept {
  return this == &other;
}

}  // namespace ovid::app
