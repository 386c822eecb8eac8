#pragma once
// What is compared in a broadcast: this program, and others that carry the same records.

#include <functional>
#include <string>
#include <vector>

#include "ovid/bench/load.hpp"
#include "ovid/bench/measure.hpp"

namespace ovid::bench {

inline constexpr const char* kOvid = "ovid";
inline constexpr const char* kNats = "NATS core";

struct Contender {
  std::string name;
  std::function<Rate(const Load&)> rate;
};
/// All that can be measured here; kOvid is one of them.
std::vector<Contender> contenders(const Choice& choice);

}  // namespace ovid::bench
