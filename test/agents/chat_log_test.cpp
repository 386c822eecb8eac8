#include "ovid/agents/chat_log.hpp"

#include <memory_resource>
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

/// Counts what has not been returned yet.
class Counted final : public std::pmr::memory_resource {
 public:
  std::size_t bytes = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    bytes += size;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
    bytes -= size;
    std::pmr::new_delete_resource()->deallocate(memory, size, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

TEST(ChatLog, TakesItsChunksFromTheGivenMemoryAndReturnsThemWithTheLastAnswer) {
  Counted memory;
  base::Rope text;
  {
    ChatLog log(memory);
    for (int i = 0; i < 100; ++i) log.append(std::string(10000, 'x'));
    EXPECT_GE(memory.bytes, 1000000u);
    EXPECT_LE(memory.bytes, 1000000u + ChatLog::kChunkBytesMax);
    text = log.text();
  }
  EXPECT_GE(memory.bytes, 1000000u);
  text.clear();
  EXPECT_EQ(memory.bytes, 0u);
}

TEST(ChatLog, ALogOfAFewLinesTakesOnePage) {
  Counted memory;
  ChatLog log(memory);
  for (int i = 0; i < 10; ++i) log.append("a few words");
  EXPECT_EQ(memory.bytes, 4096u);
}

TEST(ChatLog, TwoAnswersShareTheirBytes) {
  ChatLog log;
  log.append("shared");
  EXPECT_EQ(log.text().front().view().data(), log.text().front().view().data());
}

}  // namespace
}  // namespace ovid::agents
