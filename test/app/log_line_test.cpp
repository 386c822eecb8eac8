#include "ovid/app/log_line.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ovid::app {
namespace {

using base::NodeId;
using base::Severity;
using nlohmann::json;
using namespace std::chrono_literals;

std::string line_of(LogFormat format, const observe::Event& event) {
  LineBuffer line;
  append_line(line, format, {3}, event);
  return {line.data(), line.size()};
}

std::string lost_line(LogFormat format) {
  LineBuffer line;
  append_lost(line, format, {3}, 7, "the log was not read in time");
  return {line.data(), line.size()};
}

json object_of(const std::string& line) {
  EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  EXPECT_LE(line.size(), kLineBytesMax);
  return json::parse(line);
}

TEST(LogLine, HasTimeNodePeerSeverityAndText) {
  const std::string line = line_of(LogFormat::Text, observe::ConnectionLost{NodeId{5}, true});
  EXPECT_EQ(line.substr(23), "Z node 3 peer 5 info: connection lost\n");
  EXPECT_EQ(line[10], 'T');
  EXPECT_EQ(line_of(LogFormat::Text, observe::AgentNote{"chat", Severity::Debug, "hm"}).substr(23),
            "Z node 3 debug: hm\n");
  EXPECT_EQ(lost_line(LogFormat::Text).substr(23),
            "Z node 3 warning: 7 lines lost: the log was not read in time\n");
}

TEST(LogLine, ATextOfAnyLengthIsOnePiece) {
  const std::string line = line_of(
      LogFormat::Text, observe::AgentNote{"chat", Severity::Info, std::string(100000, 'x')});
  EXPECT_EQ(line.size(), kLineBytesMax);
  EXPECT_TRUE(line.ends_with("xxx...\n"));
}

TEST(LogLine, IsOneLineWhateverBytesItsTextHas) {
  const std::string odd("a\nb\r\x1b[31m\0\xff.", 12);
  for (const observe::Event& event :
       {observe::Event(observe::NodeFailed{odd}),
        observe::Event(observe::AgentNote{"chat", Severity::Info, odd}),
        observe::Event(observe::LineRead{{7}, odd}), observe::Event(observe::Replied{{7}, odd})}) {
    const std::string line = line_of(LogFormat::Text, event);
    EXPECT_TRUE(line.ends_with("a\\nb\\r\\x1b[31m\\x00\\xff.\n")) << line;
    const json object = object_of(line_of(LogFormat::Json, event));
    const std::string text = object.contains("why") ? object["why"] : object["text"];
    EXPECT_EQ(text, std::string("a\nb\r\x1b[31m\0\xef\xbf\xbd.", 14));
  }
}

TEST(LogLine, IsOneObjectWithTheFieldsOfTheEvent) {
  json object = object_of(line_of(LogFormat::Json, observe::SessionEnded{NodeId{2},
                                                                         {0xab},
                                                                         {1},
                                                                         {2},
                                                                         base::EndCause::QueueFull,
                                                                         1234567ns,
                                                                         1400ms,
                                                                         200ms,
                                                                         4ms,
                                                                         9,
                                                                         7,
                                                                         2,
                                                                         4}));
  EXPECT_EQ(object["time"].get<std::string>().size(), 24u);
  object.erase("time");
  EXPECT_EQ(object, json::parse(R"({
    "node": 3, "severity": "warning", "event": "session_ended", "peer": 2,
    "incarnation": "00000000000000ab", "mine": "0000000000000001", "theirs": "0000000000000002",
    "cause": "queue full", "silent_ms": 1.235, "limit_ms": 1400.0, "late_ms": 200.0, "round_trip_ms": 4.0,
    "offered": 9, "acknowledged": 7, "fate_unknown": 2, "received": 4})"));
}

TEST(LogLine, LeavesOutAPeerThatIsNotKnown) {
  EXPECT_FALSE(object_of(line_of(LogFormat::Json, observe::Dropped{})).contains("peer"));
  EXPECT_EQ(
      object_of(line_of(LogFormat::Json,
                        observe::Dropped{NodeId{0}, observe::DropReason::Frames, "", 1}))["peer"],
      0);
}

TEST(LogLine, ListsPeersAsObjects) {
  const json object = object_of(line_of(
      LogFormat::Json, observe::NotReached{3s, {{NodeId{4}, "127.0.0.1:3004", "refused"}}, 8}));
  EXPECT_EQ(object["peers"], json::parse(R"([{"peer": 4, "address": "127.0.0.1:3004",
                                              "failure": "refused"}])"));
  EXPECT_EQ(object["lasting_ms"], 3000.0);
}

TEST(LogLine, IsAnObjectWhateverATextContains) {
  const std::string bytes("quote \" backslash \\ line\nend nul \0 no UTF-8 \xff", 44);
  const json object = object_of(line_of(LogFormat::Json, observe::LineRead{{1}, bytes}));
  EXPECT_EQ(object["text"].get<std::string>().substr(0, 24), bytes.substr(0, 24));
  for (const char fill : {'x', '\0', '\xff', '"'}) {
    const std::string line =
        line_of(LogFormat::Json, observe::LineRead{{1}, std::string(1 << 20, fill)});
    EXPECT_TRUE(object_of(line)["text"].get<std::string>().ends_with("..."));
    EXPECT_GT(line.size(), kLineBytesMax / 3) << "cut no more than needed";
  }
}

TEST(LogLine, AboutLostLinesIsAnObjectToo) {
  json object = object_of(lost_line(LogFormat::Json));
  object.erase("time");
  EXPECT_EQ(object, json::parse(R"({"node": 3, "severity": "warning", "event": "log_lines_lost",
                                   "count": 7, "why": "the log was not read in time"})"));
}

TEST(LogLine, OfEveryEventIsAnObject) {
  const auto check = [](const observe::Event& event) {
    const json object = object_of(line_of(LogFormat::Json, event));
    EXPECT_EQ(object["event"], observe::name_of(event));
    EXPECT_EQ(object["severity"], base::text_of(observe::severity_of(event)));
  };
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    (check(observe::Event(std::in_place_index<Index>)), ...);
  }
  (std::make_index_sequence<std::variant_size_v<observe::Event>>());
}

}  // namespace
}  // namespace ovid::app
