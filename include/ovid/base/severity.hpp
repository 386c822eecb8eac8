#pragma once
// How important an event is to the people who run a node.

#include <cstdint>

namespace ovid::base {

enum class Severity : std::uint8_t {
  Trace,  ///< every message, every line
  Debug,
  Info,
  Warning,
  Error,
};

/// In one word, as in the log.
constexpr const char* text_of(Severity severity) {
  switch (severity) {
    case Severity::Trace:
      return "trace";
    case Severity::Debug:
      return "debug";
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "?";
}

}  // namespace ovid::base
