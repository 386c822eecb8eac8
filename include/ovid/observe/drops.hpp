#pragma once
// Counts dropped messages by reason and reports them to the stream.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "ovid/base/ids.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::observe {

/// The stream is borrowed.
class Drops {
 public:
  explicit Drops(Stream& stream) : stream_(stream) {}

  /// One more. `peer` is the sender, if it is known or claimed; `describe` says what was wrong with
  /// the message. It is called only when the drop is worth a line (event.hpp), so that a flood of
  /// wrong messages costs no formatting.
  template <std::invocable Describe>
  void count(std::optional<base::NodeId> peer, DropReason reason, const Describe& describe) {
    Dropped dropped{peer, reason, {}, ++counts_[static_cast<std::size_t>(reason)]};
    if (!stream_.wants<Dropped>()) return;
    if (is_worth_a_line(dropped.count)) dropped.what = describe();
    stream_.tell(std::move(dropped));
  }
  /// The same for a description that is a constant.
  void count(std::optional<base::NodeId> peer, DropReason reason, std::string_view what) {
    count(peer, reason, [what] { return what; });
  }

 private:
  Stream& stream_;
  std::array<std::uint64_t, kDropReasons> counts_{};
};

}  // namespace ovid::observe
