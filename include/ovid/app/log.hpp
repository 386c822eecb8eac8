#pragma once
// Writes the events of a node to standard error, one line for each.

#include "ovid/app/log_line.hpp"
#include "ovid/app/log_writer.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/base/severity.hpp"
#include "ovid/observe/stream.hpp"

namespace ovid::app {

/// Used on the loop's thread, which never waits for the reader of standard error.
class Log final : public observe::Reader {
 public:
  struct Options {
    base::Severity severity = base::Severity::Info;  ///< the lowest that is logged
    LogFormat format = LogFormat::Text;
  };

  /// Starts a thread, or throws CannotStart.
  Log(base::NodeId self, const Options& options);

  /// The kinds of events that it logs.
  observe::Kinds kinds() const { return observe::Kinds::at_least(options_.severity); }
  void read(const observe::Event& event) override;
  /// Call after the last event: waiting lines are written while the rest of the process ends.
  void close() { writer_.close(); }

 private:
  const base::NodeId self_;
  const Options options_;
  LogWriter writer_;
};

}  // namespace ovid::app
