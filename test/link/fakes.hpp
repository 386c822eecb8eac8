#pragma once
// What protocol code borrows from its driver, made of memory: numbers that are random but the same
// in every run.

#include <cstdint>
#include <string>
#include <vector>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/random.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::test {

/// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
class SeededRandom final : public base::RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

constexpr base::NodeId id(int value) {
  return {static_cast<std::uint16_t>(value)};
}

inline base::Bytes body_of(base::NodeId sender, const std::vector<std::string>& texts) {
  wire::BodyWriter writer(sender);
  for (const std::string& text : texts) writer.add(text);
  return writer.take();
}

}  // namespace ovid::test
