#include "ovid/link/detector.hpp"

#include <algorithm>
#include <cstdint>

namespace ovid::link {
namespace {

/// If the cause of a silence is not clear yet, the peer is checked again after this time.
constexpr base::Duration kDoubtedAgain = std::chrono::milliseconds(25);
/// A limit is told when it has changed by this part since it was told last.
constexpr int kToldPart = 4;

}  // namespace

void Detector::session_began(base::Time now, const OwnNode& node) {
  const base::Time own_now = node.own.at(now);
  path_.session_began(own_now);
  heard_ = confirmed_ = own_now + std::min(path_.round_trip(), node.config.longest_silence());
}

/// A peer to which nothing arrives leaves the session after its own limit, and cannot always tell:
/// behind data that nobody acknowledges, TCP sends nothing new. So its messages count less once
/// they say that it has received nothing for half of the limit, and the session ends after one and
/// a half limits in the worst case.
std::optional<base::Duration> Detector::heard(base::Time now, const wire::Envelope& envelope,
                                              const OwnNode& node) {
  const base::Time own_now = node.own.at(now);
  const base::Duration late = path_.arrived(own_now, envelope.sent, node.config);
  heard_ = own_now;
  const base::Duration unheard = envelope.silent * wire::kSilentUnit;
  const base::Duration accepted = path_.limit(own_now, node.config) / 2;
  confirmed_ = std::max(confirmed_, own_now - std::max(unheard - accepted, base::Duration{}));
  const auto round_trip = arrived(now, envelope, node);
  if (!round_trip) return std::nullopt;
  return std::max(*round_trip - late, std::min(*round_trip, path_.round_trip()));
}

std::optional<base::Duration> Detector::arrived(base::Time now, const wire::Envelope& envelope,
                                                const OwnNode& node) {
  const auto round_trip = round_trip_.arrived(now, envelope);
  if (round_trip && node.config.learns()) path_.returned(node.own.at(now), *round_trip);
  return round_trip;
}

void Detector::stamp(base::Time now, wire::Envelope& envelope, const OwnNode& node) const {
  round_trip_.stamp(now, envelope);
  if (envelope.greeting) return;
  const std::int64_t units = (node.own.at(now) - heard_) / wire::kSilentUnit;
  envelope.silent =
      static_cast<std::uint16_t>(std::clamp<std::int64_t>(units, 0, wire::kSilentMax));
}

Evidence Detector::evidence(base::Time now, Cause cause, const OwnNode& node) const {
  const base::Time own_now = node.own.at(now);
  return {.cause = cause,
          .silent = std::max(own_now - heard_, base::Duration{}),
          .limit = path_.limit(own_now, node.config),
          .late = path_.late(own_now),
          .round_trip = path_.round_trip()};
}

Detector::Verdict Detector::judge(base::Time now, base::NodeId peer, const OwnNode& node) {
  const base::Time own_now = node.own.at(now);
  limit_ = path_.limit(own_now, node.config);
  tell_limit(own_now, peer, node);
  const base::Duration allowed = excuse_.limit(heard_, limit_);
  const base::Duration silent = own_now - confirmed_;
  const base::Duration excess = silent - allowed - node.own.doubt(now);
  if (excess >= base::Duration{}) {
    // What arrives shows that this node itself is not hindered.
    if (own_now - heard_ < allowed) return {std::nullopt, Cause::Unheard};
    if (!excuse_.find(now, {peer, heard_, silent, excess}, node.transport, node.stream))
      return {std::nullopt, Cause::Silent};
  }
  // Not later than after an ordinary limit: it may be shorter again by then.
  return {silent < allowed ? std::min(allowed - silent, node.config.silence) : kDoubtedAgain};
}

void Detector::tell_limit(base::Time own_now, base::NodeId peer, const OwnNode& node) {
  const base::Duration known = std::max(told_, node.config.silence);
  const bool longer = limit_ > known + known / kToldPart;
  const bool ordinary = limit_ < node.config.silence + node.config.silence / kToldPart;
  if (!longer && (!ordinary || told_ == base::Duration{})) return;
  told_ = ordinary ? base::Duration{} : limit_;
  node.stream.tell(observe::SilenceLimit{peer, limit_, path_.late(own_now), path_.round_trip()});
}

}  // namespace ovid::link
