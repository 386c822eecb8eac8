#include "ovid/link/dialer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ovid/base/check.hpp"
#include "ovid/base/counted.hpp"

namespace ovid::link {
namespace {

/// The first pause after a lost connection, from which the others double.
constexpr base::Duration kLostDelay = 1ms;

}  // namespace

void Dialer::begin(base::Time now) {
  base::check(connection_ != Connection::Pending, "an attempt must have its outcome first");
  connection_ = Connection::Pending;
  attempt_at_ = now;
  ++attempts_;
}

void Dialer::failed(Failure why) {
  connection_ = Connection::None;
  failure_ = why;
}

void Dialer::refused() {
  failed(Failure::Refused);
}

void Dialer::not_made() {
  failed(Failure::NotMade);
}

void Dialer::lost() {
  failed(connection_ == Connection::Pending ? Failure::NoHandshake : Failure::Lost);
}

base::Duration Dialer::next_pause(base::Duration min, const Config& config) {
  const base::Duration pause = std::max(pause_, min);
  pause_ = std::clamp(2 * pause, kLostDelay, config.retry_max);
  return pause;
}

base::Duration Dialer::answer_time(const Config& config) const {
  return config.mute * (1 << renewals_);
}

void Dialer::renewed() {
  renewals_ = static_cast<std::uint16_t>(std::min(renewals_ + 1, kDoublingsMax));
}

void Dialer::proved() {
  failure_ = Failure::None;
  renewals_ = 0;
  attempts_ = 0;
  pause_ = {};
}

std::string Dialer::failure() const {
  const auto attempts = base::counted(attempts_, "attempt");
  if (made()) return "connected, no answer, " + attempts;
  switch (failure_) {
    case Failure::None:
      return "connecting, " + attempts;
    case Failure::Refused:
      return "refused, " + attempts;
    case Failure::NotMade:
      return "no connection in time, " + attempts;
    case Failure::NoHandshake:
      return "no handshake, " + attempts;
    case Failure::Lost:
      return "connection lost, " + attempts;
  }
  return "?";
}

}  // namespace ovid::link
