#pragma once
// A number in the place of a text that is only compared with others.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ovid::base {

/// A hash that differs for different texts or seeds, almost always; the same on every machine of
/// the same byte order. FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) with two changes for
/// speed: it takes eight bytes in a step, and each step folds the high half into the low one. Not
/// for texts that somebody may choose so that their hashes are equal.
inline std::uint64_t text_hash(std::string_view text, std::uint64_t seed = 0) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325;
  std::uint64_t hash = kBasis;
  const auto mix = [&hash](std::uint64_t value) {
    hash = (hash ^ value) * kPrime;
    hash ^= hash >> 32;
  };
  mix(seed);
  mix(text.size());
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t value = 0;
    std::memcpy(&value, text.data(), sizeof value);
    mix(value);
  }
  for (const char c : text) mix(static_cast<unsigned char>(c));
  return hash;
}

}  // namespace ovid::base
