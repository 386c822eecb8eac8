#include "ovid/link/assembly.hpp"

#include <utility>

namespace ovid::link {

std::optional<std::string_view> Assembly::add_piece(const wire::Record& record) {
  ended_too_long_ = false;
  if (!std::exchange(unfinished_, record.goes_on)) message_ = {};
  if (!too_long_ && record.contents.size() > wire::kContentsBytesMax - message_.size()) {
    message_ = {};
    too_long_ = true;
  }
  if (!too_long_) message_ += record.contents;
  if (unfinished_) return std::nullopt;
  ended_too_long_ = std::exchange(too_long_, false);
  if (ended_too_long_) return std::nullopt;
  return message_;
}

}  // namespace ovid::link
