#include "ovid/sim/disk.hpp"

#include <utility>

namespace ovid::sim {

node::Recovery Disk::recover(agent::AgentId agent) {
  const Kept& kept = kept_[agent];
  return {kept.checkpoint, {kept.appended.begin(), kept.appended.end()}};
}

void Disk::append(agent::AgentId agent, std::string_view value) {
  unsynced_.push_back({agent, false, std::string(value)});
}

void Disk::checkpoint(agent::AgentId agent, std::string_view value) {
  unsynced_.push_back({agent, true, std::string(value)});
}

void Disk::sync() {
  keep_first(unsynced_.size());
}

std::size_t Disk::crash(SeededRandom& random) {
  if (unsynced_.empty()) return 0;
  const std::size_t kept = random.below(unsynced_.size() + 1);
  keep_first(kept);
  drop_unsynced();
  return kept;
}

void Disk::keep_first(std::size_t writes) {
  for (; writes > 0; --writes) {
    Write& write = unsynced_.front();
    Kept& kept = kept_[write.agent];
    if (write.checkpoint) {
      kept.checkpoint = std::move(write.value);
      kept.appended.clear();
    } else {
      kept.appended.push_back(std::move(write.value));
    }
    unsynced_.pop_front();
  }
}

}  // namespace ovid::sim
