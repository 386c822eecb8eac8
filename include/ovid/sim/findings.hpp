#pragma once
// What the checkers of a run find.

#include <optional>
#include <string>
#include <utility>

namespace ovid::sim {

class Findings {
 public:
  /// A broken promise, as text. Only the first counts: a run ends there.
  void broken(std::string what) {
    if (!first_) first_ = std::move(what);
  }
  const std::optional<std::string>& first() const { return first_; }

 private:
  std::optional<std::string> first_;
};

}  // namespace ovid::sim
