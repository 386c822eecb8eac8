#pragma once
// Conditions that hold whatever input arrives. A failed check is a bug in Ovid. Active in every
// build.

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace ovid::base {

/// Ends the process with one line on standard error if `holds` is false.
inline void check(bool holds, const char* what,
                  std::source_location at = std::source_location::current()) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "%s:%u: bug: %s\n", at.file_name(), static_cast<unsigned>(at.line()), what);
  std::abort();
}

}  // namespace ovid::base
