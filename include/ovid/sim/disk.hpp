#pragma once
// A virtual disk: what a simulated node keeps, with a mark up to where it is synced. A crash loses
// what lies beyond the mark, from some value on.

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

  /// Values that are not synced.
  std::size_t unsynced() const { return unsynced_.size(); }
  /// The process ends: a random first part of what is not synced has reached the disk. How many
  /// values that are.
  std::size_t crash(SeededRandom& random);
  /// None of it has.
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
