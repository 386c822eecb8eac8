#pragma once
// A recorded process of a node, once more: a fresh node gets the recorded inputs and answers, and
// does the same, or it is said where it does not.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ovid/node/recording.hpp"

namespace ovid::node {

/// Where a replay went another way.
struct Divergence {
  std::size_t entry;  ///< of the recording, from 0
  std::string what;   ///< what was recorded and what the fresh node did, in words
};

/// Config and agents as at the start of the recorded node; `with_store` as well. The fresh node's
/// stream is the caller's. Nothing if all effects are the same.
std::optional<Divergence> replay(const std::vector<Entry>& entries, const link::Config& config,
                                 std::vector<Hosted> agents, observe::Stream& stream,
                                 bool with_store);

}  // namespace ovid::node
