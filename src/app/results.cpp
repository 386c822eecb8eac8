#include "ovid/app/results.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace ovid::app {
namespace {

[[noreturn]] void give_up() {
  std::fprintf(stderr, "%s: standard output cannot be written: %s\n", program_invocation_short_name,
               std::strerror(errno));
  std::_Exit(1);  // without flushing the buffer, which would fail again
}

}  // namespace

void print_result(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) give_up();
}

void print_error(const std::string& text) {
  std::fputs(text.c_str(), stderr);
}

int with_results_written(int status) {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) give_up();
  return status;
}

}  // namespace ovid::app
