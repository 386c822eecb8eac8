#pragma once
// Memory for large tables with random access. It is in pages of 2 MiB, if the kernel has them: with
// small pages, translating an address costs more than reading the memory.

#include <cstddef>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace ovid::sim {

/// A stateless allocator for std::vector. Small tables are allocated as usual.
template <typename T>
struct LargePages {
  using value_type = T;

  LargePages() = default;
  template <typename Other>
  LargePages(const LargePages<Other>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kPage) return static_cast<T*>(::operator new(bytes, std::align_val_t(kAlignment)));
    const std::size_t whole = (bytes + kPage - 1) / kPage * kPage;
    void* const memory = std::aligned_alloc(kPage, whole);
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory, whole, MADV_HUGEPAGE);  // only a hint
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) < kPage)
      ::operator delete(memory, std::align_val_t(kAlignment));
    else
      std::free(memory);
  }
  bool operator==(const LargePages&) const { return true; }

 private:
  static constexpr std::size_t kPage = std::size_t{2} << 20;
  static constexpr std::size_t kAlignment = alignof(T) > 16 ? alignof(T) : 16;
};

}  // namespace ovid::sim
