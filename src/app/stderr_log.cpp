#include "ovid/app/stderr_log.hpp"

#include <unistd.h>

#include "ovid/app/log_line.hpp"

namespace ovid::app {

StderrLog::StderrLog(base::NodeId self, base::Severity least)
    : self_(self), least_(least), writer_(STDERR_FILENO, self) {}

void StderrLog::note(base::Severity severity, std::optional<base::NodeId> peer,
                     std::string_view text) {
  if (severity < least_) return;
  LineBuffer line;
  append_line(line, self_, peer, severity, text);
  writer_.push({line.data(), line.size()});
}

}  // namespace ovid::app
