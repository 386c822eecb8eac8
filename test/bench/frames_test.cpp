#include "ovid/bench/frames.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "ovid/bench/batches.hpp"
#include "ovid/bench/descriptor.hpp"

namespace ovid::bench {
namespace {

class FramesTest : public ::testing::Test {
 protected:
  FramesTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    from_ = Descriptor(ends[0]);
    to_ = Descriptor(ends[1]);
  }
  /// The records that are whole after these bytes.
  std::vector<std::string> after(std::string_view bytes) {
    EXPECT_EQ(send(from_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT),
              static_cast<ssize_t>(bytes.size()));
    std::vector<std::string> records;
    std::size_t before = 0;
    do {
      before = inbox_.unread().size();
      EXPECT_TRUE(inbox_.receive(to_.number(), false));
      read_frames(inbox_, [&](std::string_view text) { records.emplace_back(text); });
    } while (inbox_.unread().size() > before);
    return records;
  }

  Descriptor from_;
  Descriptor to_;
  Inbox inbox_;
};

TEST_F(FramesTest, RecordsArriveWhereverTheirBytesAreCut) {
  std::string bytes;
  for (const char* text : {"one", "", "three"}) add_frame(bytes, text);
  const std::vector<std::string> all{"one", "", "three"};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    std::vector<std::string> got = after(bytes.substr(0, cut));
    for (const std::string& text : after(bytes.substr(cut))) got.push_back(text);
    EXPECT_EQ(got, all) << cut;
  }
}

TEST_F(FramesTest, ARecordMayBeLongerThanWhatIsReceivedAtOnce) {
  const std::string text(100'000, 'x');
  std::string bytes;
  add_frame(bytes, text);
  std::vector<std::string> got = after(std::string_view(bytes).substr(0, 60'000));
  EXPECT_TRUE(got.empty());
  EXPECT_EQ(after(std::string_view(bytes).substr(60'000)), std::vector{text});
}

TEST_F(FramesTest, TheEndIsNoticed) {
  from_ = Descriptor();
  EXPECT_FALSE(inbox_.receive(to_.number(), false));
}

TEST_F(FramesTest, LinesAreReadWhenTheyAreWhole) {
  std::vector<std::string> lines;
  for (const std::string_view piece : {"al", "ive\nco", "unt\n"}) {
    ASSERT_EQ(send(from_.number(), piece.data(), piece.size(), 0),
              static_cast<ssize_t>(piece.size()));
    ASSERT_TRUE(inbox_.receive(to_.number(), true));
    read_lines(inbox_, [&](std::string_view line) { lines.emplace_back(line); });
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"alive", "count"}));
}

TEST(Batches, HoldAllRecordsAndEachIsFullExceptTheLast) {
  Batches batches("12345678", 10'000);
  std::size_t bytes = 0;
  while (!batches.done()) {
    const std::string_view batch = batches.next();
    EXPECT_TRUE(batch.size() == 65536 || batches.done()) << batch.size();
    bytes += batch.size();
  }
  EXPECT_EQ(bytes, 80'000u);
  EXPECT_TRUE(batches.next().empty());
}

}  // namespace
}  // namespace ovid::bench
