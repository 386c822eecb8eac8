#pragma once
// Unsigned integers to and from little-endian bytes, on any host.

#include <concepts>
#include <cstddef>

namespace ovid::wire {

/// Writes sizeof(T) bytes at `to`.
template <std::unsigned_integral T>
void put(char* to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    to[i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
}

/// Reads sizeof(T) bytes from `from`.
template <std::unsigned_integral T>
T get(const char* from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(static_cast<unsigned char>(from[i])) << (8 * i));
  return value;
}

}  // namespace ovid::wire
