#include "ovid/link/session.hpp"

#include <algorithm>

namespace ovid::link {
namespace {

/// After kUnaskedBytes, or this part of this node's own limit of unacknowledged bytes if that is
/// less, an acknowledgement is sent without waiting.
constexpr std::size_t kAcknowledgePart = 4;
/// How long an acknowledgement of fewer bytes waits after the last record; a peer that crashes
/// "when sent" waits for it. Each record restarts the wait, so that a busy link sends no
/// acknowledgement on its own.
constexpr base::Duration kAcknowledgeAfter = 4ms;

}  // namespace

bool Session::owes_much(base::Time now, std::size_t bytes, const Config& config) {
  unsaid_bytes_ += bytes;
  received_at_ = now;
  return unsaid_bytes_ >= std::min(kUnaskedBytes, config.unacked_bytes_max / kAcknowledgePart);
}

base::Time Session::acknowledge_at() const {
  return unsaid_bytes_ > 0 ? received_at_ + kAcknowledgeAfter : base::kNever;
}

wire::Envelope Session::envelope(base::NodeId from, base::NodeId to, base::Incarnation self,
                                 std::uint64_t first, std::uint32_t count) const {
  wire::Envelope e;
  e.from = from;
  e.to = to;
  e.from_incarnation = self;
  e.to_incarnation = peer_;
  e.from_epoch = name_.mine;
  e.to_epoch = name_.peer;
  e.first = first;
  e.ack = received_;
  e.count = static_cast<std::uint16_t>(count);
  return e;
}

}  // namespace ovid::link
