#include "ovid/agents/chat_log.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::agents {
namespace {

TEST(ChatLog, WithoutMessagesHasNoText) {
  const ChatLog log;
  EXPECT_EQ(log.messages(), 0u);
  EXPECT_EQ(base::flatten(log.text()), "");
}

TEST(ChatLog, IsItsMessagesWithCommasBetweenThem) {
  ChatLog log;
  log.append("a");
  EXPECT_EQ(base::flatten(log.text()), "a");
  log.append("b,c");
  log.append("a");
  EXPECT_EQ(base::flatten(log.text()), "a,b,c,a");
  EXPECT_EQ(log.messages(), 3u);
}

TEST(ChatLog, AnAnswerStaysAsItIsWhileMessagesAreAppended) {
  ChatLog log;
  log.append("first");
  const base::Rope before = log.text();
  for (int i = 0; i < 10000; ++i) log.append("more");
  EXPECT_EQ(base::flatten(before), "first");
}

TEST(ChatLog, AnAnswerOutlivesTheLog) {
  base::Rope text;
  {
    ChatLog log;
    log.append(std::string(10000, 'x'));
    text = log.text();
  }
  EXPECT_EQ(base::flatten(text), std::string(10000, 'x'));
}

TEST(ChatLog, LosesNothingBetweenItsChunks) {
  ChatLog log;
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string message(static_cast<std::size_t>(i % 700), static_cast<char>('a' + i % 26));
    log.append(message);
    if (i > 0) expected += ',';
    expected += message;
  }
  EXPECT_EQ(base::flatten(log.text()), expected);
  EXPECT_EQ(log.messages(), 3000u);
}

TEST(ChatLog, ALongMessageAndALongLogComeInPiecesThatASocketCanTake) {
  ChatLog log;
  log.append(std::string(1 << 20, 'y'));
  const base::Rope rope = log.text();
  EXPECT_EQ(base::size_of(rope), std::size_t{1} << 20);
  for (const base::Bytes& piece : rope) EXPECT_LE(piece.size(), std::size_t{256} << 10);
}

TEST(ChatLog, TwoAnswersShareTheirBytes) {
  ChatLog log;
  log.append("shared");
  EXPECT_EQ(log.text().front().view().data(), log.text().front().view().data());
}

}  // namespace
}  // namespace ovid::agents
