#pragma once
// Measures round trips by times in envelopes: each message says when it was sent, and returns the
// time of the last message that has arrived, with the time that has passed since. So neither a
// receiver that answers late nor a lost answer counts. (RFC 7323, section 3, where the echo does
// not include the receiver's delay; RFC 5905, section 8, for the difference of two clocks' times.)

#include <cstdint>
#include <optional>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::link {

/// With one peer. A pure value that the link calls.
class RoundTrip {
 public:
  /// Writes the times into a message that is to be sent now. Its other fields are complete: another
  /// incarnation's clock is not echoed.
  void stamp(base::Time now, wire::Envelope& envelope) const;
  /// A message of the peer has arrived. Returns the round trip that it completes, nullopt if none.
  std::optional<base::Duration> arrived(base::Time now, const wire::Envelope& envelope);

 private:
  base::Incarnation peer_;  // whose clock it is; 0: no message has arrived
  std::uint32_t sent_ = 0;  // of the last message that has arrived
  base::Time arrived_at_{};
};

}  // namespace ovid::link
