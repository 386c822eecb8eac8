#pragma once
// A store for tests: a text file. Each sync appends the new values to it, one on each line. Nothing
// is written before that, so what a node has appended in its last turn is lost if it ends itself.
// The few bytes of a test are written at once: a kill leaves no incomplete line.

#include <fstream>
#include <string>
#include <vector>

#include "ovid/node/store.hpp"

namespace ovid::worlds_test {

/// The store of one agent. Values must not contain line feeds.
class FileStore final : public node::Store {
 public:
  explicit FileStore(std::string path) : path_(std::move(path)) {
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) {
      const std::string value = line.substr(1);
      if (line[0] == '=') checkpoint_ = value;
      if (line[0] == '=')
        appended_.clear();
      else
        appended_.push_back(value);
    }
  }

  node::Recovery recover(agent::AgentId) override {
    node::Recovery recovery;
    if (checkpoint_) recovery.checkpoint = *checkpoint_;
    recovery.appended.assign(appended_.begin(), appended_.end());
    return recovery;
  }
  void append(agent::AgentId, std::string_view value) override {
    (unsynced_ += '+').append(value) += '\n';
  }
  void checkpoint(agent::AgentId, std::string_view value) override {
    (unsynced_ += '=').append(value) += '\n';
  }
  void sync() override {
    std::ofstream(path_, std::ios::app) << unsynced_;
    unsynced_.clear();
  }

 private:
  const std::string path_;
  std::optional<std::string> checkpoint_;
  std::vector<std::string> appended_;
  std::string unsynced_;
};

}  // namespace ovid::worlds_test
