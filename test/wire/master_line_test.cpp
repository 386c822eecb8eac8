#include "ovid/wire/master_line.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::wire {
namespace {

std::string reason(std::string_view line) {
  const Command command = parse_command(line);
  const auto* malformed = std::get_if<Malformed>(&command);
  return malformed ? malformed->reason : "(understood)";
}

std::string text(std::string_view line) {
  const Command command = parse_command(line);
  const auto* broadcast = std::get_if<Broadcast>(&command);
  return broadcast ? std::string(broadcast->text) : "(no broadcast)";
}

TEST(MasterLine, TheCommandsAreKnown) {
  EXPECT_TRUE(std::holds_alternative<Get>(parse_command("get")));
  EXPECT_TRUE(std::holds_alternative<Alive>(parse_command("alive")));
  EXPECT_TRUE(std::holds_alternative<Count>(parse_command("count")));
  EXPECT_TRUE(std::holds_alternative<Crash>(parse_command("crash")));
}

TEST(MasterLine, ATextIsEverythingAfterTheFirstSpace) {
  EXPECT_EQ(text("broadcast hello world"), "hello world");
  EXPECT_EQ(text("broadcast  two spaces "), " two spaces ");
  EXPECT_EQ(text("broadcast  "), " ");
  EXPECT_EQ(text("broadcast a,b,\xc3\xa4"), "a,b,\xc3\xa4");
  EXPECT_EQ(text(std::string_view("broadcast a\0b", 13)), std::string("a\0b", 3));
}

TEST(MasterLine, ABroadcastWithoutATextIsRefused) {
  EXPECT_EQ(reason("broadcast"), "broadcast needs a text");
  EXPECT_EQ(reason("broadcast "), "broadcast needs a text");
}

TEST(MasterLine, NothingButTheExactCommandIsOne) {
  for (const char* line : {"get ", " get", "Get", "get 1", "getx", "crash now", "crashed",
                           "alive\r", "count  ", "broadcasts a", "messages a"})
    EXPECT_EQ(reason(line), "unknown command: " +
                                (std::string(line) == "alive\r" ? std::string("alive?") : line));
  EXPECT_EQ(reason(""), "empty line");
}

TEST(MasterLine, AnErrorQuotesLittleAndNothingThatATerminalObeys) {
  EXPECT_EQ(reason(std::string(1000, 'x')), "unknown command: " + std::string(40, 'x') + "...");
  EXPECT_EQ(reason(std::string_view("a\0\x1b[2J\x7f\n", 8)), "unknown command: a??[2J??");
}

TEST(MasterLine, AnErrorDoesNotCutACharacterInTwo) {
  EXPECT_EQ(reason(std::string(39, 'x') + "\xe2\x82\xac and more"),
            "unknown command: " + std::string(39, 'x') + "...");
  EXPECT_EQ(reason(std::string(40, 'x') + "\xe2\x82\xac"),
            "unknown command: " + std::string(40, 'x') + "...");
  EXPECT_EQ(reason(std::string(200, '\x80')), "unknown command: ...");
}

TEST(MasterLine, AnswersAreOneLine) {
  EXPECT_EQ(alive_line({{0}, {2}, {15}}), "alive 0,2,15\n");
  EXPECT_EQ(alive_line({{7}}), "alive 7\n");
  EXPECT_EQ(count_line(0), "count 0\n");
  EXPECT_EQ(count_line(200000), "count 200000\n");
  EXPECT_EQ(error_line("empty line"), "error empty line\n");
}

}  // namespace
}  // namespace ovid::wire
