#include "ovid/app/log.hpp"

#include <unistd.h>

namespace ovid::app {

Log::Log(base::NodeId self, const Options& options)
    : self_(self), options_(options), writer_(STDERR_FILENO, options.format, self) {}

void Log::read(const observe::Event& event) {
  if (observe::severity_of(event) < options_.severity || !observe::is_worth_a_line(event)) return;
  LineBuffer line;
  append_line(line, options_.format, self_, event);
  writer_.push({line.data(), line.size()});
}

}  // namespace ovid::app
