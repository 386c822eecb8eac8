#pragma once
// The account of the records that agents have sent: how many are in which state.

#include <cstdint>

namespace ovid::link {

/// What became of the records for one peer, in one session or over all of them.
/// offered = acknowledged + unacknowledged + fate_unknown, always.
struct Ledger {
  std::uint64_t offered = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t unacknowledged = 0;
  std::uint64_t fate_unknown = 0;  ///< not acknowledged when their session ended
  bool operator==(const Ledger&) const = default;

  /// The same when its session has ended.
  Ledger closed() const { return {offered, acknowledged, 0, fate_unknown + unacknowledged}; }

  friend Ledger operator+(const Ledger& a, const Ledger& b) {
    return {a.offered + b.offered, a.acknowledged + b.acknowledged,
            a.unacknowledged + b.unacknowledged, a.fate_unknown + b.fate_unknown};
  }
};

}  // namespace ovid::link
