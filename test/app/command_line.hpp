#pragma once
// Command lines of `ovid`, and their results.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/app/options.hpp"

namespace ovid::app {

/// `ovid` and then the words of `line`, which are separated by one space.
inline auto parsed(const std::string& line, const Surroundings& surroundings = {}) {
  std::vector<std::string> words{"ovid"};
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse(static_cast<int>(argv.size()), argv.data(), surroundings);
}

inline Answer answer_to(const std::string& line, const Surroundings& surroundings = {}) {
  const auto result = parsed(line, surroundings);
  const auto* answer = std::get_if<Answer>(&result);
  return answer ? *answer : Answer{"(accepted)", -1};
}

inline NodeOptions options_of(const std::string& line, const Surroundings& surroundings = {}) {
  const auto result = parsed(line, surroundings);
  if (const auto* answer = std::get_if<Answer>(&result)) ADD_FAILURE() << answer->text;
  const auto* options = std::get_if<NodeOptions>(&result);
  return options ? *options : NodeOptions{};
}

/// Refused with exit code 2 and one line that says `what` and how it is used.
inline void expect_refused(const std::string& line, const std::string& what,
                           const Surroundings& surroundings = {}) {
  const Answer answer = answer_to(line, surroundings);
  EXPECT_EQ(answer.exit_code, 2) << line;
  EXPECT_EQ(std::count(answer.text.begin(), answer.text.end(), '\n'), 1) << answer.text;
  EXPECT_TRUE(answer.text.ends_with('\n')) << answer.text;
  EXPECT_NE(answer.text.find(what), std::string::npos) << line << " -> " << answer.text;
  const std::string usage = line.starts_with("sim") ? "usage: ovid sim [options]"
                                                    : "usage: ovid node <id> <n> <master-port>";
  EXPECT_NE(answer.text.find(usage), std::string::npos) << answer.text;
}

/// An environment with these variables and no others.
inline Surroundings with(std::map<std::string, std::string> variables) {
  Surroundings surroundings;
  surroundings.variable = [variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  return surroundings;
}

/// A kernel that gives these ports to outgoing connections.
inline Surroundings with_ephemeral(const PortRange& ports) {
  Surroundings surroundings;
  surroundings.ephemeral = ports;
  return surroundings;
}

template <typename Command>
Command accepted(const std::string& line) {
  const auto result = parsed(line);
  if (const auto* answer = std::get_if<Answer>(&result)) ADD_FAILURE() << answer->text;
  const auto* options = std::get_if<Command>(&result);
  return options ? *options : Command{};
}

}  // namespace ovid::app
