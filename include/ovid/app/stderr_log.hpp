#pragma once
// Notes become lines on standard error: time (UTC), node, peer, severity, text.

#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "ovid/app/log_writer.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/note.hpp"

namespace ovid::app {

/// Used on the loop's thread, which never waits for whoever reads standard error.
class StderrLog final : public base::Notes {
 public:
  /// Starts a thread, or throws CannotStart.
  StderrLog(base::NodeId self, base::Severity least);

  /// 2026-11-22T18:00:00.123Z node 0 peer 2 warning: down: silent for 500.1 ms ...
  void note(base::Severity severity, std::optional<base::NodeId> peer,
            std::string_view text) override;
  /// No note comes any more: the lines that wait are written while the rest of the process ends.
  void close() { writer_.close(); }

 private:
  const base::NodeId self_;
  const base::Severity least_;
  LogWriter writer_;
};

}  // namespace ovid::app
