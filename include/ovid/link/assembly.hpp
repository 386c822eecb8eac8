#pragma once
// Puts the pieces of long messages together again. A pure value of one session.

#include <optional>
#include <string>
#include <string_view>

#include "ovid/wire/body.hpp"

namespace ovid::link {

/// Holds at most one unfinished message, of at most wire::kContentsBytesMax bytes.
class Assembly {
 public:
  /// The next record of the session. Returns the message that it completes: a view into the record
  /// or into this object, valid until the next call; nullopt if the message goes on or is too long.
  std::optional<std::string_view> add(const wire::Record& record) {
    if (!record.goes_on && !unfinished_) [[likely]]
      return record.contents;
    return add_piece(record);
  }
  /// Forgets the message that add() returned last.
  void release() {
    if (!unfinished_ && !message_.empty()) message_ = {};
  }
  /// Whether the record that was added last has ended a message that was too long for delivery.
  bool ended_too_long() const { return ended_too_long_; }

 private:
  std::optional<std::string_view> add_piece(const wire::Record& record);

  std::string message_;  // the pieces so far, or the last whole one
  bool unfinished_ = false;
  bool too_long_ = false;  // the unfinished one: nothing of it is kept
  bool ended_too_long_ = false;
};

}  // namespace ovid::link
