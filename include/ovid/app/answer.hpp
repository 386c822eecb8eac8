#pragma once
// What a program prints, and then ends, where its command line does not say what is to be done.

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace ovid::app {

/// The command line asked for a text (help, version) or could not be understood.
struct Answer {
  std::string text;   ///< for standard output if exit_code is 0, else for standard error
  int exit_code = 0;  ///< 0 or 2
};

/// "<program>: <what>; usage: <usage>" on one line, whatever the arguments held.
Answer usage_error(const std::string& program, std::string what, const std::string& usage);
/// What the parser has stopped for: help or version, or else a usage error.
Answer answer_to(const CLI::App& app, const CLI::ParseError& stopped, const std::string& usage);

/// Prints it; returns the exit status.
int give(const Answer& answer);

}  // namespace ovid::app
