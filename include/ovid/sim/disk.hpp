#pragma once
// A virtual disk with the values that a simulated node keeps. A crash loses some of the values that
// are not synced: one of them and all after it, or none.

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ovid/node/store.hpp"
#include "ovid/sim/seeded_random.hpp"

namespace ovid::sim {

/// Outlives the processes that write to it.
class Disk final : public node::Store {
 public:
  node::Recovery recover(agent::AgentId agent) override;
  void append(agent::AgentId agent, std::string_view value) override;
  void checkpoint(agent::AgentId agent, std::string_view value) override;
  void sync() override;

  /// Number of values that are not synced.
  std::size_t unsynced() const { return unsynced_.size(); }
  /// The process ends. A random number of the unsynced values, the first ones, have reached the
  /// disk. Returns how many.
  std::size_t crash(SeededRandom& random);
  /// The process ends, and none of the unsynced values has reached the disk.
  void drop_unsynced() { unsynced_.clear(); }

 private:
  struct Write {
    agent::AgentId agent;
    bool checkpoint = false;
    std::string value;
  };
  struct Kept {
    std::optional<std::string> checkpoint;
    std::vector<std::string> appended;
  };
  void keep_first(std::size_t writes);

  std::map<agent::AgentId, Kept> kept_;
  std::deque<Write> unsynced_;
};

}  // namespace ovid::sim
