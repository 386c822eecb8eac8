#pragma once
// What a node knows of a peer at one moment, for people and checkers to look at.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ovid/base/ids.hpp"
#include "ovid/base/time.hpp"
#include "ovid/link/ledger.hpp"
#include "ovid/link/session.hpp"

namespace ovid::link {

struct PeerState {
  std::optional<SessionName> session;            ///< none: the peer is not up
  std::optional<base::Incarnation> incarnation;  ///< the peer's, in that session
  std::uint64_t last_record = 0;                 ///< number of the last one offered; 0: none
  std::uint64_t last_acknowledged = 0;           ///< number of the last one; 0: none
  std::size_t unacked_bytes = 0;                 ///< memory of the records kept for the peer
  Ledger ledger;                                 ///< of all sessions with the peer
  base::Duration silence_limit{};                ///< when a silence was judged last; 0: never
};

}  // namespace ovid::link
