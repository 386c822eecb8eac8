#include "ovid/app/options.hpp"

#include <algorithm>

#include "command_line.hpp"
#include <gtest/gtest.h>

namespace ovid::app {
namespace {

TEST(Options, MissingAndSurplusArgumentsAreNamedAndRefused) {
  expect_refused("", "");
  expect_refused("node", "id");
  expect_refused("node 0 3", "master-port");
  expect_refused("node 0 3 10000 surplus", "surplus");
  expect_refused("node 0 3 10000 --what", "--what");
  expect_refused("nod 0 3 10000", "nod");
  expect_refused("node 0 3 10000 --log-level loud", "loud");
}

TEST(Options, TheCommandBenchNamesTheOtherProgram) {
  const Answer answer = answer_to("bench one --nodes 3");
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_EQ(answer.text,
            "ovid: the benchmark is another program, ovid-bench; usage: ovid-bench [figures] "
            "[options] (more: ovid-bench --help)\n");
}

TEST(Options, AnErrorIsOneLineWhateverTheArgumentsContain) {
  expect_refused("node 0 3 10000 --host 127\n0\r0\x1b", "127 0 0");
  expect_refused("node a\nb 3 10000", "");
}

TEST(Options, HelpAndVersionAreAnsweredWithSuccess) {
  for (const char* line : {"--help", "node --help", "node -h"}) {
    const Answer help = answer_to(line);
    EXPECT_EQ(help.exit_code, 0) << line;
    EXPECT_GT(help.text.size(), 100u) << line;
  }
  for (const char* line : {"--version", "node --version"}) {
    const Answer version = answer_to(line);
    EXPECT_EQ(version.exit_code, 0) << line;
    EXPECT_TRUE(version.text.starts_with("ovid ")) << version.text;
    EXPECT_EQ(std::count(version.text.begin(), version.text.end(), '.'), 2) << version.text;
    EXPECT_TRUE(version.text.ends_with('\n')) << version.text;
  }
}

}  // namespace
}  // namespace ovid::app
