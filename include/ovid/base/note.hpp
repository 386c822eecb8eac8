#pragma once
// What happened and on what evidence: the words of protocol code for the people who run it.
// The app decides what becomes of a note; nothing below it prints.

#include <cstdint>
#include <optional>
#include <string_view>

#include "ovid/base/ids.hpp"

namespace ovid::base {

enum class Severity : std::uint8_t { Debug, Info, Warning, Error };

/// In one word, as in the log.
constexpr const char* text_of(Severity severity) {
  switch (severity) {
    case Severity::Debug:
      return "debug";
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "?";
}

/// Takes notes on the loop's thread.
class Notes {
 public:
  virtual ~Notes() = default;
  virtual void note(Severity severity, std::optional<NodeId> peer, std::string_view text) = 0;
};

/// How often the same kind of trouble has been seen, and whether this time is worth a line:
/// the first, the tenth, the hundredth ... so that no sender of garbage can fill a disk.
class Tally {
 public:
  /// Counts one; true for the 1st, 10th, 100th ... time.
  bool count() {
    ++seen_;
    if (seen_ != due_) return false;
    due_ *= 10;
    return true;
  }
  std::uint64_t seen() const { return seen_; }

 private:
  std::uint64_t seen_ = 0;
  std::uint64_t due_ = 1;
};

}  // namespace ovid::base
