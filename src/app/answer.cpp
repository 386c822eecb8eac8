#include "ovid/app/answer.hpp"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "ovid/app/results.hpp"

namespace ovid::app {

Answer usage_error(const std::string& program, std::string what, const std::string& usage) {
  std::replace_if(
      what.begin(), what.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return {fmt::format("{}: {}; usage: {}\n", program, what, usage), 2};
}

Answer answer_to(const CLI::App& app, const CLI::ParseError& stopped, const std::string& usage) {
  std::ostringstream asked_for;
  std::ostringstream complaint;  // the parser's text, which has several lines
  if (app.exit(stopped, asked_for, complaint) == 0) return {asked_for.str(), 0};
  return usage_error(app.get_name(), stopped.what(), usage);
}

int give(const Answer& answer) {
  if (answer.exit_code == 0)
    print_result(answer.text);
  else
    print_error(answer.text);
  return with_results_written(answer.exit_code);
}

}  // namespace ovid::app
