#include "ovid/wire/line_splitter.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ovid::wire {
namespace {

/// The lines that a splitter makes of some chunks; "(too long)" for those that it skips.
class Split {
 public:
  explicit Split(std::size_t line_bytes_max) : splitter_(line_bytes_max) {}
  Split& feed(std::string_view chunk) {
    splitter_.feed(
        chunk,
        [&](std::string_view line) {
          said_.emplace_back(line);
          return true;
        },
        [&] { said_.emplace_back("(too long)"); });
    return *this;
  }
  const std::vector<std::string>& said() const { return said_; }

 private:
  LineSplitter splitter_;
  std::vector<std::string> said_;
};

using Lines = std::vector<std::string>;

TEST(LineSplitter, JoinsALineThatComesInPieces) {
  EXPECT_EQ(Split(100).feed("ge").feed("t").feed("\nali").feed("ve\n").said(),
            (Lines{"get", "alive"}));
}

TEST(LineSplitter, SplitsSeveralLinesInOneChunk) {
  EXPECT_EQ(Split(100).feed("a\n\nb\nc").said(), (Lines{"a", "", "b"}));
}

TEST(LineSplitter, FindsTheSameLinesHoweverTheStreamIsDivided) {
  const std::string stream = "get\r\nbroadcast a b\r\r\n\nlonger than ten bytes\nend\n";
  const Lines whole = Split(18).feed(stream).said();
  EXPECT_EQ(whole, (Lines{"get", "broadcast a b\r", "", "(too long)", "end"}));
  for (std::size_t cut = 1; cut < stream.size(); ++cut)
    EXPECT_EQ(Split(18).feed(stream.substr(0, cut)).feed(stream.substr(cut)).said(), whole) << cut;
  Split bytewise(18);
  for (const char byte : stream) bytewise.feed({&byte, 1});
  EXPECT_EQ(bytewise.said(), whole);
}

TEST(LineSplitter, RemovesOneCarriageReturnAndKeepsAnyOtherByte) {
  EXPECT_EQ(Split(100).feed("a\r\r\n\rb\r\n").said(), (Lines{"a\r", "\rb"}));
  const std::string odd("x\0\xff,\t", 5);
  EXPECT_EQ(Split(100).feed(odd + "\n").said(), (Lines{odd}));
}

TEST(LineSplitter, ALineMayBeExactlyAsLongAsTheLimit) {
  EXPECT_EQ(Split(5).feed("12345\n").said(), (Lines{"12345"}));
  EXPECT_EQ(Split(5).feed("123").feed("45").feed("\n").said(), (Lines{"12345"}));
  EXPECT_EQ(Split(5).feed("123456\n").said(), (Lines{"(too long)"}));
}

TEST(LineSplitter, ATooLongLineIsReportedOnceAndSkippedUpToItsEnd) {
  Split split(5);
  split.feed("1234").feed("56");
  EXPECT_EQ(split.said(), (Lines{"(too long)"})) << "not before its end has come";
  for (int i = 0; i < 100; ++i) split.feed("more and more");
  split.feed("the end\nnext\n");
  EXPECT_EQ(split.said(), (Lines{"(too long)", "next"}));
}

TEST(LineSplitter, TwoTooLongLinesAreTwoReports) {
  EXPECT_EQ(Split(3).feed("long one\nlong two\nok\n").said(),
            (Lines{"(too long)", "(too long)", "ok"}));
}

TEST(LineSplitter, AnEmptyChunkHasNoLine) {
  EXPECT_EQ(Split(3).feed("").feed("a").feed("").feed("\n").said(), (Lines{"a"}));
}

TEST(LineSplitter, TheEndOfALineDoesNotCountTowardsItsLength) {
  EXPECT_EQ(Split(4).feed("four\r\n").said(), (Lines{"four"}));
  EXPECT_EQ(Split(4).feed("four\r").feed("\n").said(), (Lines{"four"}));
  EXPECT_EQ(Split(4).feed("fours\r\nnext\n").said(), (Lines{"(too long)", "next"}));
  EXPECT_EQ(Split(4).feed("four\r!").feed("\nnext\n").said(), (Lines{"(too long)", "next"}));
}

TEST(LineSplitter, StopsAfterALineIfAsked) {
  LineSplitter splitter(100);
  std::string heard;
  const auto once = [&](std::string_view line) {
    heard += line;
    return false;
  };
  const auto never = [] { FAIL(); };
  EXPECT_EQ(splitter.feed("on", once, never), 2U);
  EXPECT_EQ(splitter.feed("e\ntwo\n", once, never), 2U);
  EXPECT_EQ(heard, "one");
}

}  // namespace
}  // namespace ovid::wire
