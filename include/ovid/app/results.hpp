#pragma once
// Writes results to standard output; if the program ends with success, they were written. If they
// cannot be written, the program ends at once: one line on standard error, status 1. (If their
// reader has gone, SIGPIPE usually ends it before.)

#include <string>
#include <string_view>

namespace ovid::app {

void print_result(std::string_view text);
/// To standard error; failures are ignored.
void print_error(const std::string& text);
/// Call last: writes everything printed so far and returns `status`.
int with_results_written(int status);

}  // namespace ovid::app
