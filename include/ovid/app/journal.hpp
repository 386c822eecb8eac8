#pragma once
// Notes become lines on standard error: time (UTC), node, peer, severity, text.

#include <memory>

#include "ovid/base/ids.hpp"
#include "ovid/base/note.hpp"

namespace spdlog {
class logger;
}

namespace ovid::app {

/// 2026-11-22T18:00:00.123Z node 0 peer 2 warning: down: silent for 500.1 ms ...
class Journal final : public base::Notes {
 public:
  Journal(base::NodeId self, base::Severity least);
  ~Journal() override;
  void note(base::Severity severity, std::optional<base::NodeId> peer,
            std::string_view text) override;

 private:
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace ovid::app
