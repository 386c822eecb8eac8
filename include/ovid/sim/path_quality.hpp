#pragma once
// How good the path from one node to another is: rate, delay, queue and loss. Written in scripts
// and on the command line as "rate_kbit=256 delay_ms=50 queue_kib=64 loss_percent=1".

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ovid/base/time.hpp"

namespace ovid::sim {

/// The least retransmission timeout of a connection (TCP_RTO_MIN of Linux, include/net/tcp.h).
inline constexpr base::Duration kRetransmissionMin = std::chrono::milliseconds(200);

/// One direction of a path. The default limits and loses nothing.
struct PathQuality {
  std::int64_t rate_bits_per_s = 0;  ///< of the bottleneck; 0: unlimited
  base::Duration delay{};            ///< one way, besides the network's latency (Traits)
  /// What waits before the bottleneck, in the buffers of sockets and routers together; only with a
  /// limited rate. Default: the window of a TCP connection without window scaling (RFC 9293,
  /// section 3.1).
  std::int64_t queue_bytes = std::int64_t{64} << 10;
  double loss_percent = 0;  ///< of packets, each independent of the others

  bool operator==(const PathQuality&) const = default;
  /// Whether nothing is limited, delayed or lost.
  bool perfect() const {
    return rate_bits_per_s == 0 && delay == base::Duration{} && loss_percent == 0;
  }
  /// How long the bottleneck takes for this number of bytes.
  base::Duration time_of(std::int64_t bytes) const;
  /// How long a full batch (64 KiB) takes behind a full queue. If there is loss: with one packet
  /// lost once.
  base::Duration slowest() const;
};

/// As in a script; only what differs from the default, but never empty.
std::string text_of(const PathQuality& quality);

/// Collects the settings of a quality.
class QualitySettings {
 public:
  enum class Taken : std::uint8_t { Yes, Unknown, Wrong, Contradiction };
  Taken take(std::string_view key, std::string_view value);
  /// Whether no setting was taken.
  bool empty() const;
  PathQuality quality() const;
  /// All settings and their ranges.
  static std::string all();

 private:
  std::array<std::optional<double>, 4> values_;
};

/// Reads settings that are separated by commas. Returns the quality, or what is wrong.
std::variant<PathQuality, std::string> parse_quality(std::string_view text);

}  // namespace ovid::sim
