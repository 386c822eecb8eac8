#pragma once
// Results go to standard output through here, and are there when the program ends with success.
// If they cannot be written, the program ends at once: one line on standard error, status 1. (Whose
// reader has gone is mostly ended by SIGPIPE before; where that is ignored, this is the end.)

#include <string>
#include <string_view>

namespace ovid::app {

void print_result(std::string_view text);
/// To standard error, which may be full or closed: that is no reason to stop.
void print_error(const std::string& text);
/// Call last: everything printed so far has been written, and this is `status`.
int with_results_written(int status);

}  // namespace ovid::app
