#pragma once
// Records what an agent does, for its tests.

#include <string>
#include <utility>
#include <vector>

#include "ovid/agent/effect.hpp"

namespace ovid::agent {

class Recorder final : public AsValues {
 public:
  /// What was done since the last call.
  std::vector<Effect> take() { return std::exchange(effects_, {}); }
  /// The same, as one line of text each.
  std::vector<std::string> take_texts();

 private:
  void done(Effect effect) override;

  std::vector<Effect> effects_;
};

}  // namespace ovid::agent
