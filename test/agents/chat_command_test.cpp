#include "ovid/agents/chat_command.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::agents {
namespace {

std::string reason(std::string_view line) {
  const ChatCommand command = parse_chat_command(line);
  const auto* malformed = std::get_if<Malformed>(&command);
  return malformed ? malformed->reason : "(understood)";
}

std::string text(std::string_view line) {
  const ChatCommand command = parse_chat_command(line);
  const auto* broadcast = std::get_if<Broadcast>(&command);
  return broadcast ? std::string(broadcast->text) : "(no broadcast)";
}

TEST(ChatCommand, TheCommandsAreKnown) {
  EXPECT_TRUE(std::holds_alternative<Get>(parse_chat_command("get")));
  EXPECT_TRUE(std::holds_alternative<Alive>(parse_chat_command("alive")));
  EXPECT_TRUE(std::holds_alternative<Count>(parse_chat_command("count")));
  EXPECT_TRUE(std::holds_alternative<Crash>(parse_chat_command("crash")));
}

TEST(ChatCommand, ATextIsEverythingAfterTheFirstSpace) {
  EXPECT_EQ(text("broadcast hello world"), "hello world");
  EXPECT_EQ(text("broadcast  two spaces "), " two spaces ");
  EXPECT_EQ(text("broadcast  "), " ");
  EXPECT_EQ(text("broadcast a,b,\xc3\xa4"), "a,b,\xc3\xa4");
  EXPECT_EQ(text(std::string_view("broadcast a\0b", 13)), std::string("a\0b", 3));
}

TEST(ChatCommand, ABroadcastWithoutATextIsRefused) {
  EXPECT_EQ(reason("broadcast"), "broadcast needs a text");
  EXPECT_EQ(reason("broadcast "), "broadcast needs a text");
}

TEST(ChatCommand, OnlyTheExactCommandIsAccepted) {
  for (const char* line : {"get ", " get", "Get", "get 1", "getx", "crash now", "crashed",
                           "alive\r", "count  ", "broadcasts a", "messages a"})
    EXPECT_EQ(reason(line), "unknown command: " +
                                (std::string(line) == "alive\r" ? std::string("alive?") : line));
  EXPECT_EQ(reason(""), "empty line");
}

TEST(ChatCommand, AnErrorQuotesLittleAndNoControlCharacters) {
  EXPECT_EQ(reason(std::string(1000, 'x')), "unknown command: " + std::string(40, 'x') + "...");
  EXPECT_EQ(reason(std::string_view("a\0\x1b[2J\x7f\n", 8)), "unknown command: a??[2J??");
}

TEST(ChatCommand, AnswersAreOneLine) {
  EXPECT_EQ(alive_line({{0}, {2}, {15}}), "alive 0,2,15\n");
  EXPECT_EQ(alive_line({{7}}), "alive 7\n");
  EXPECT_EQ(count_line(0), "count 0\n");
  EXPECT_EQ(count_line(200000), "count 200000\n");
}

}  // namespace
}  // namespace ovid::agents
