#pragma once
// Counts dropped messages by reason and reports them to the stream.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ovid/base/ids.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::observe {

/// The stream is borrowed.
class Drops {
 public:
  explicit Drops(Stream& stream) : stream_(stream) {}

  /// One more. `peer` is the sender, if it is known or claimed; `what` describes what was wrong
  /// with the message.
  void count(std::optional<base::NodeId> peer, DropReason reason, std::string_view what) {
    const std::uint64_t count = ++counts_[static_cast<std::size_t>(reason)];
    if (stream_.wants<Dropped>()) stream_.tell(Dropped{peer, reason, std::string(what), count});
  }

 private:
  Stream& stream_;
  std::array<std::uint64_t, kDropReasons> counts_{};
};

}  // namespace ovid::observe
