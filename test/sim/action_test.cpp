// Actions as text: the parsed actions are those that the script names, and an error message quotes
// the text that could not be parsed.

#include "ovid/sim/action.hpp"

#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

constexpr int kNodes = 5;

std::string again(const std::string& line) {
  const auto parsed = parse_action(line, kNodes);
  if (const auto* what = std::get_if<std::string>(&parsed)) return "error: " + *what;
  return text_of(std::get<Action>(parsed));
}

TEST(Actions, AreReadAndWrittenTheSame) {
  for (const std::string line : {
           "t=1.000000 crash 2 for_ms=300",
           "t=1.000000 crash 2 for_ms=0.087",
           "t=1.000000 restart 2",
           "t=1.500000 pause 1 for_ms=800",
           "t=1.000000 continue 1",
           "t=1.000000 partition 0,1 | 2,3,4 for_ms=900",
           "t=1.000000 block 0 > 1 for_ms=900",
           "t=1.000000 hold 0 > 1",
           "t=1.000000 hold 0 > 1 for_ms=900",
           "t=1.000000 deliver 0 > 1 count=2",
           "t=1.000000 release 0 > 1",
           "t=1.000000 heal",
           "t=1.000000 cut 0 - 1",
           "t=1.000000 poor 0 > 1 rate_kbit=256 delay_ms=50 queue_kib=32 loss_percent=1 for_ms=900",
           "t=1.000000 poor 0 > 1 delay_ms=0.25",
           "t=1.000000 poor 0 > 1 loss_percent=0.5",
           "t=1.000000 refuse 0 > 1 for_ms=200",
           "t=1.000000 slow 3 by_ms=5 for_ms=900",
           "t=1.000000 late 3 by_ms=200 for_ms=900",
           "t=1.000000 drift 3 by_ppm=-5000",
           "t=1.000000 duplicate per_thousand=20 for_ms=900",
           "t=1.000000 corrupt per_thousand=20 for_ms=900",
           "t=1.000000 forge per_s=50 for_ms=900",
           "t=1.000000 settle",
           "t=0.000001 line 0 broadcast hello  you, two blanks",
       })
    EXPECT_EQ(again(line), line);
}

TEST(Actions, TakeTheirSettingsInAnyOrder) {
  EXPECT_EQ(again("t=1 slow 3 for_ms=900 by_ms=5"), "t=1.000000 slow 3 by_ms=5 for_ms=900");
}

TEST(Actions, ThatCannotBeUnderstoodAreNamed) {
  const auto error = [](const std::string& line) { return again(line).substr(7); };
  EXPECT_EQ(error(""), "expected: t=<seconds> <verb> ...");
  EXPECT_EQ(error("t=1"), "expected: t=<seconds> <verb> ...");
  EXPECT_EQ(error("1.0 heal"), "expected: t=<seconds> <verb> ...");
  for (const std::string time : {"t=", "t=x", "t=-1", "t=1000001", "t=1s"})
    EXPECT_EQ(error(time + " heal"), "a time is t=<seconds>, 0 to 1000000") << time;
  EXPECT_EQ(error("t=1 explode 2"), "unknown verb: explode");
  for (const std::string node : {"", " x", " -1", " 5", " 1,2", " 1x"})
    EXPECT_EQ(error("t=1 crash" + node), "crash needs a node, 0..4") << node;
  EXPECT_EQ(error("t=1 cut 0"), "cut needs: <node> - <node>");
  EXPECT_EQ(error("t=1 cut 0 > 1"), "cut needs: <node> - <node>");
  EXPECT_EQ(error("t=1 partition 0,1 |"), "partition needs: <node> | <node>");
  EXPECT_EQ(error("t=1 partition 0,1 | 2,9"), "partition needs nodes, 0..4");
  EXPECT_EQ(error("t=1 block 0 > 1,2"), "block needs nodes, 0..4");
  EXPECT_EQ(error("t=1 heal 0"), "heal does not take 0");
  EXPECT_EQ(error("t=1 crash 0 by_ms=3"), "crash does not take by_ms=3");
  EXPECT_EQ(error("t=1 crash 0 for_ms=-3"), "crash does not take for_ms=-3");
  EXPECT_EQ(error("t=1 crash 0 for_ms=soon"), "crash does not take for_ms=soon");
  EXPECT_EQ(error("t=1 line 0"), "line needs a text");
  for (const std::string verb : {"hold", "deliver", "release"}) {
    EXPECT_EQ(error("t=1 " + verb), verb + " needs a node, 0..4");
    EXPECT_EQ(error("t=1 " + verb + " 0 - 1"), verb + " needs: <node> > <node>");
    EXPECT_EQ(error("t=1 " + verb + " 0 > 5"), verb + " needs nodes, 0..4");
  }
  EXPECT_EQ(error("t=1 hold 0 > 1 count=2"), "hold does not take count=2");
  EXPECT_EQ(error("t=1 deliver 0 > 1 count=0"), "deliver does not take count=0");
  EXPECT_EQ(error("t=1 deliver 0 > 1 count=all"), "deliver does not take count=all");
  EXPECT_EQ(error("t=1 deliver 0 > 1 for_ms=5"), "deliver does not take for_ms=5");
  EXPECT_EQ(error("t=1 settle 0"), "settle does not take 0");
  EXPECT_EQ(error("t=1 settle for_ms=5"), "settle does not take for_ms=5");
  EXPECT_EQ(error("t=1 release 0 > 1 for_ms=5"), "release does not take for_ms=5");
}

TEST(Actions, HaveNumbersAsPeopleTypeThem) {
  EXPECT_EQ(again("t=010 crash 04 for_ms=0300"), "t=10.000000 crash 4 for_ms=300");
  for (const std::string time : {"t=nan", "t=inf", "t=0x1", "t=+1", "t=1e7", "t=1e999"})
    EXPECT_EQ(again(time + " heal"), "error: a time is t=<seconds>, 0 to 1000000") << time;
  for (const std::string node : {"+1", "0x1", "1e0", "1.0", "99999999999999999999"})
    EXPECT_EQ(again("t=1 crash " + node), "error: crash needs a node, 0..4") << node;
  for (const std::string word : {"for_ms=nan", "for_ms=inf", "for_ms=", "for_ms", "for_ms=1e10"})
    EXPECT_EQ(again("t=1 crash 0 " + word), "error: crash does not take " + word);
  for (const std::string word : {"by_ms=0", "by_ms=-1", "by_ms=+1", "by_ms=1e1", "by_ms=0x1",
                                 "by_ms=9223372036854775807", "by_ms=9223372036854775808"})
    EXPECT_EQ(again("t=1 slow 0 " + word), "error: slow does not take " + word);
  for (const std::string word : {"per_s=0", "per_s=1001"})
    EXPECT_EQ(again("t=1 forge " + word), "error: forge does not take " + word);
  EXPECT_EQ(again("t=1 corrupt per_thousand=1001"),
            "error: corrupt does not take per_thousand=1001");
  EXPECT_EQ(again("t=1 drift 0 by_ppm=-1000000"), "error: drift does not take by_ppm=-1000000");
  EXPECT_EQ(again("t=1 drift 0 by_ppm=0"), "t=1.000000 drift 0 by_ppm=0");
}

TEST(Actions, HaveTheirAmountOnce) {
  EXPECT_EQ(again("t=1 deliver 0 > 1"), "t=1.000000 deliver 0 > 1 count=1");
  EXPECT_EQ(again("t=1 slow 0"), "error: slow needs by_ms=1..1000000");
  EXPECT_EQ(again("t=1 duplicate for_ms=3"), "error: duplicate needs per_thousand=1..1000");
  EXPECT_EQ(again("t=1 slow 0 by_ms=3 by_ms=4"), "error: by_ms=4 contradicts what is set before");
  EXPECT_EQ(again("t=1 slow 0 by_ms=3 for_ms=1 for_ms=2"),
            "error: for_ms=2 contradicts what is set before");
  EXPECT_EQ(again("t=1 slow 0 by_ms=3 by_ms=03"), "t=1.000000 slow 0 by_ms=3");
}

TEST(Actions, HaveAQualityIfTheyMakeAPathPoor) {
  EXPECT_EQ(again("t=1 poor 0 > 1 for_ms=900"),
            "error: poor needs one of rate_kbit=1..10000000 delay_ms=0..10000 queue_kib=1..1000000 "
            "loss_percent=0..50");
  EXPECT_EQ(again("t=1 poor 0 > 1 for_ms=9 loss_percent=2 delay_ms=1"),
            "t=1.000000 poor 0 > 1 delay_ms=1 loss_percent=2 for_ms=9");
  EXPECT_EQ(again("t=1 poor 0 > 1 delay_ms=0"), "t=1.000000 poor 0 > 1 delay_ms=0");
  EXPECT_EQ(again("t=1 poor 0 > 1 delay_ms=1 delay_ms=2"),
            "error: delay_ms=2 contradicts what is set before");
  for (const std::string word :
       {"rate_kbit=0", "rate_kbit=1.5", "delay_ms=-1", "delay_ms=10001", "queue_kib=0",
        "loss_percent=51", "loss_percent=", "by_ms=3", "mtu"})
    EXPECT_EQ(again("t=1 poor 0 > 1 " + word), "error: poor does not take " + word);
  EXPECT_EQ(again("t=1 crash 0 delay_ms=1"), "error: crash does not take delay_ms=1");
}

TEST(Actions, HaveAWordForEachVerb) {
  for (int i = 0; i <= static_cast<int>(Verb::Line); ++i) {
    const auto verb = static_cast<Verb>(i);
    EXPECT_EQ(verb_of(word_of(verb)), verb);
  }
  EXPECT_EQ(verb_of("explode"), std::nullopt);
}

}  // namespace
}  // namespace ovid::sim
