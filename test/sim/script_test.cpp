// Scenario files as various editors save them can be read; for anything else, the error message
// quotes the text.

#include "ovid/sim/script.hpp"

#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

/// The parsed actions as lines again, or the error message.
std::string read(std::string_view text) {
  const auto script = parse_script(text, 3, 10s);
  if (const auto* what = std::get_if<std::string>(&script)) return "error: " + *what;
  std::string lines;
  for (const Action& action : std::get<std::vector<Action>>(script))
    lines += text_of(action) + "\n";
  return lines;
}

constexpr std::string_view kBoth = "t=1.000000 heal\nt=2.000000 line 0 broadcast a b\n";

TEST(AScript, IsReadWhateverItsLineEndsAre) {
  EXPECT_EQ(read("t=1 heal\nt=2 line 0 broadcast a b\n"), kBoth);
  EXPECT_EQ(read("t=1 heal\r\nt=2 line 0 broadcast a b\r\n"), kBoth);
  EXPECT_EQ(read("t=1 heal\rt=2 line 0 broadcast a b\r"), kBoth);
  EXPECT_EQ(read("t=1 heal\r\nt=2 line 0 broadcast a b\n"), kBoth);
  EXPECT_EQ(read("t=1 heal\nt=2 line 0 broadcast a b"), kBoth);
  EXPECT_EQ(read("t=1 heal\r\nt=2 line 0 broadcast a b\r"), kBoth);
}

TEST(AScript, MayBeginWithAByteOrderMark) {
  EXPECT_EQ(read("\xef\xbb\xbft=1 heal\r\nt=2 line 0 broadcast a b\r\n"), kBoth);
  EXPECT_EQ(read("\xef\xbb\xbf# a comment\nt=1 heal\nt=2 line 0 broadcast a b\n"), kBoth);
  EXPECT_EQ(read("\xef\xbb\xbf"), "");
}

TEST(AScript, MayHaveBlankLinesCommentsAndIndentation) {
  EXPECT_EQ(read("\n  \n\t\r\n# t=1 heal\n  # more\n  t=1 heal\n\tt=2 line 0 broadcast a b\n\n"),
            kBoth);
  EXPECT_EQ(read(""), "");
}

TEST(AScript, KeepsTheBytesOfATextAndItsBlanks) {
  EXPECT_EQ(read("t=2 line 0 broadcast  \xe4 \xc3\xa4 \r\n"),
            "t=2.000000 line 0 broadcast  \xe4 \xc3\xa4 \n");
  EXPECT_EQ(read("t=2\tline\t0\tget\n"), "t=2.000000 line 0 get\n");
}

TEST(AScript, OfAnotherEncodingIsNamed) {
  EXPECT_EQ(read("\xff\xfet\0=\0"sv),
            "error: the text is UTF-16 by its byte order mark; save it as UTF-8");
  EXPECT_EQ(read("\xfe\xff\0t\0="sv),
            "error: the text is UTF-16 by its byte order mark; save it as UTF-8");
  EXPECT_EQ(read("\xff\xfe\0\0t\0\0\0"sv),
            "error: the text is UTF-32 by its byte order mark; save it as UTF-8");
  EXPECT_EQ(read("t=1 heal\nt\0=\0"sv),
            "error: line 2 has a NUL byte: no text, or UTF-16; save it as UTF-8");
}

TEST(AScript, NamesTheLineThatIsWrong) {
  EXPECT_EQ(read("# one\r\n\r\nt=1 explode\r\n"),
            "error: line 3: unknown verb: explode, in: t=1 explode");
  EXPECT_EQ(read("t=1 crash 0 for_ms=-3"),
            "error: line 1: crash does not take for_ms=-3 (but for_ms=0..1000000000), in: "
            "t=1 crash 0 for_ms=-3");
  EXPECT_EQ(read("t=1 slow 0 by_ms=0"),
            "error: line 1: slow does not take by_ms=0 (but by_ms=1..1000000 "
            "for_ms=0..1000000000), in: t=1 slow 0 by_ms=0");
  EXPECT_EQ(read("t=1 deliver 0 > 1 count=0"),
            "error: line 1: deliver does not take count=0 (but count=1..1000000), in: "
            "t=1 deliver 0 > 1 count=0");
  EXPECT_EQ(read("t=1 release 0 > 1 x=0"),
            "error: line 1: release does not take x=0 (but no setting), in: t=1 release 0 > 1 x=0");
}

TEST(AScript, MayLeaveOutTheTimeOfAnActionThatFollowsAnother) {
  EXPECT_EQ(read("t=1 heal\nline 0 broadcast a b\n# so\ncrash 2\n"),
            "t=1.000000 heal\nt=1.000000 line 0 broadcast a b\nt=1.000000 crash 2\n");
  EXPECT_EQ(read("heal\n"), "error: line 1: expected: t=<seconds> <verb> ..., in: heal");
  EXPECT_EQ(read("t=1 heal\n2 heal\n"), "error: line 2: unknown verb: 2, in: 2 heal");
}

TEST(AScript, HappensInTheOrderOfItsTimesAndThenOfItsLines) {
  EXPECT_EQ(read("t=2 crash 0\nrestart 0\nt=1 crash 1\nrestart 1\nt=2 crash 2"),
            "t=1.000000 crash 1\nt=1.000000 restart 1\nt=2.000000 crash 0\n"
            "t=2.000000 restart 0\nt=2.000000 crash 2\n");
}

TEST(AScript, HasNoActionThatNeverHappens) {
  EXPECT_EQ(read("t=10 heal\n"), "t=10.000000 heal\n");
  EXPECT_EQ(read("t=1 heal\nt=10.5 heal\n"),
            "error: line 2: t=10.5 is after the end of the run, 10 s");
}

}  // namespace
}  // namespace ovid::sim
