#pragma once
// Repeats a recorded process of a node: a fresh node gets the recorded inputs and answers. Reports
// the first place where it does anything else.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ovid/node/recording.hpp"

namespace ovid::node {

/// The place where a replay differs.
struct Divergence {
  std::size_t entry;  ///< of the recording, from 0
  std::string what;   ///< what was recorded and what the fresh node did
};

/// Config and agents as at the start of the recorded node; `with_store` as well. The fresh node's
/// stream is the caller's. nullopt if all effects are the same.
std::optional<Divergence> replay(const std::vector<Entry>& entries, const link::Config& config,
                                 std::vector<Hosted> agents, observe::Stream& stream,
                                 bool with_store);

}  // namespace ovid::node
