#include "ovid/bench/options.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ovid::bench {
namespace {

std::variant<Options, app::Answer> parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "ovid-bench");
  return parse(static_cast<int>(words.size()), words.data());
}

Choice choice_of(const std::vector<const char*>& words) {
  const auto result = parsed(words);
  if (const auto* answer = std::get_if<app::Answer>(&result)) ADD_FAILURE() << answer->text;
  const auto* options = std::get_if<Options>(&result);
  return options ? options->choice : Choice{};
}

app::Answer answer_to(const std::vector<const char*>& words) {
  const auto result = parsed(words);
  const auto* answer = std::get_if<app::Answer>(&result);
  return answer ? *answer : app::Answer{"(accepted)", -1};
}

/// Checks that the options are refused with exit code 2 and one line that contains `what` and the
/// usage.
void expect_refused(const std::vector<const char*>& words, const std::string& what) {
  const app::Answer answer = answer_to(words);
  EXPECT_EQ(answer.exit_code, 2) << what;
  EXPECT_EQ(std::count(answer.text.begin(), answer.text.end(), '\n'), 1) << answer.text;
  EXPECT_TRUE(answer.text.starts_with("ovid-bench: ")) << answer.text;
  EXPECT_NE(answer.text.find(what), std::string::npos) << answer.text;
  EXPECT_NE(answer.text.find("usage: ovid-bench [figures] [options]"), std::string::npos)
      << answer.text;
}

TEST(BenchOptions, WithoutAFigureEveryFigureIsMeasured) {
  EXPECT_EQ(choice_of({}).figures,
            (std::set{Figure::One, Figure::All, Figure::Latency, Figure::Startup, Figure::Crash,
                      Figure::Stop, Figure::Idle, Figure::Get}));
  EXPECT_EQ(choice_of({"one", "start", "one"}).figures, (std::set{Figure::One, Figure::Startup}));
}

TEST(BenchOptions, EveryOptionSetsItsValue) {
  const Choice choice = choice_of({"--nodes", "010,8", "--bytes", "5", "--deliveries", "1000",
                                   "--rounds", "6", "--pairs", "7", "--trials", "8", "--against",
                                   "/dev/null", "--sessions", "shared"});
  EXPECT_EQ(choice.nodes, (std::vector{10, 8}));
  EXPECT_EQ(choice.bytes, std::vector{5});
  EXPECT_EQ(choice.deliveries, 1000);
  EXPECT_EQ(choice.rounds, 6);
  EXPECT_EQ(choice.pairs, 7);
  EXPECT_EQ(choice.trials, 8);
  EXPECT_EQ(choice.against, "/dev/null");
  EXPECT_EQ(choice.sessions, Sessions::Shared);
  EXPECT_TRUE(std::get<Options>(parsed({"--json"})).json);
}

TEST(BenchOptions, ProcessesHaveSessionsOfTheirOwnByDefault) {
  EXPECT_EQ(choice_of({}).sessions, Sessions::Own);
  EXPECT_EQ(choice_of({"--sessions", "own"}).sessions, Sessions::Own);
}

TEST(BenchOptions, AWrongValueIsNamedAndRefused) {
  expect_refused({"speed"}, "speed");
  expect_refused({"one", "speed"}, "latency");  // the message lists the measurements that exist
  expect_refused({"--nodes", "3,0"}, "--nodes 3,0 is not a list of whole numbers in 1..1000");
  expect_refused({"--deliveries", "999"}, "1000..1099511627776");
  expect_refused({"--nodes", "3,8", "--nodes", "16"}, "--nodes is given twice: 3,8 and 16");
  expect_refused({"--against", "/no/such/program"}, "/no/such/program");
  expect_refused({"--sessions", "mine"}, "--sessions mine is not one of own, shared");
  expect_refused({"--what"}, "--what");
  choice_of({"--nodes", "3,8", "--nodes", "03,8"});
}

TEST(BenchOptions, NumbersHaveOneSpelling) {
  for (const char* wrong : {"+5", "0x5", "0b1", "1e1", "5.0", "5,", "'5'", "", "5\t"}) {
    expect_refused({"--nodes", wrong}, "--nodes");
    expect_refused({"--bytes", ("3," + std::string(wrong)).c_str()}, "--bytes");
    expect_refused({"--deliveries", wrong}, "--deliveries");
  }
}

TEST(BenchOptions, HelpAndVersionAreAnsweredWithSuccess) {
  const app::Answer help = answer_to({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* part :
       {"Usage: ovid-bench", "figures", "--sessions", "--against", "--json", "NATS"})
    EXPECT_NE(help.text.find(part), std::string::npos) << part;
  const app::Answer version = answer_to({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.text.starts_with("ovid-bench ")) << version.text;
  EXPECT_TRUE(version.text.ends_with('\n'));
}

}  // namespace
}  // namespace ovid::bench
