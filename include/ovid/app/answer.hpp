#pragma once
// What a program prints before it ends if its command line asks for help or is wrong.

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace ovid::app {

/// The command line asked for a text (help, version) or is wrong.
struct Answer {
  std::string text;   ///< for standard output if exit_code is 0, else for standard error
  int exit_code = 0;  ///< 0 or 2
};

/// "<program>: <what>; usage: <usage>" on one line, for any arguments.
Answer usage_error(const std::string& program, std::string what, const std::string& usage);
/// The reason why the parser has stopped: help, version or a usage error.
Answer answer_to(const CLI::App& app, const CLI::ParseError& stopped, const std::string& usage);

/// Prints it; returns the exit status.
int give(const Answer& answer);

}  // namespace ovid::app
