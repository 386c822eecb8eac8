#include "ovid/observe/event.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ovid/observe/text.hpp"

namespace ovid::observe {
namespace {

using base::NodeId;
using base::Severity;
using namespace std::chrono_literals;

template <std::size_t... Index>
std::vector<Event> one_of_each(std::index_sequence<Index...>) {
  return {Event(std::in_place_index<Index>)...};
}
const std::vector<Event> kOneOfEach =
    one_of_each(std::make_index_sequence<std::variant_size_v<Event>>());

TEST(Event, HasAUniqueNameATextAndASeverity) {
  std::set<std::string_view> names;
  for (const Event& event : kOneOfEach) {
    EXPECT_TRUE(names.insert(name_of(event)).second) << name_of(event);
    EXPECT_EQ(text_of(event).find('\n'), std::string::npos) << name_of(event);
    EXPECT_STRNE(base::text_of(severity_of(event)), "?");
  }
  EXPECT_EQ(names.size(), std::variant_size_v<Event>);
}

TEST(Event, IsOneLineWhateverItsTextsAre) {
  const std::string odd("a\nb\rc\x1b[31md\0e\xff\xc3(\xc2\x9b\xe2\x80\xa8\xed\xa0\x80\x7f\t", 26);
  const std::string shown =
      "a\\nb\\rc\\x1b[31md\\x00e\\xff\\xc3(\\xc2\\x9b\\xe2\\x80\\xa8\\xed\\xa0\\x80\\x7f\\t";
  EXPECT_EQ(text_of(NodeFailed{odd}), shown);
  EXPECT_EQ(text_of(AgentNote{"chat", Severity::Info, odd}), shown);
  EXPECT_EQ(text_of(LineRead{{7}, odd}), "client 7 sent: " + shown);
  EXPECT_EQ(text_of(Replied{{7}, odd + "\n"}), "answer to client 7: " + shown);
  EXPECT_EQ(text_of(NodeFailed{"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 C:\\x"}),
            "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 C:\\x");
}

TEST(Event, HasATextInTheSingularOrThePlural) {
  EXPECT_EQ(text_of(LineTooLong{{7}, 100, 1}),
            "client 7: skipped a line of more than 100 bytes; 1 line so far");
  EXPECT_EQ(text_of(LineTooLong{{7}, 100, 2}),
            "client 7: skipped a line of more than 100 bytes; 2 lines so far");
  EXPECT_EQ(text_of(ClientDisconnected{{7}, CloseReason::RepliesNotRead, 3, 1}),
            "client 7 disconnected: it sent lines without reading the replies; 1 client so far");
  EXPECT_EQ(text_of(ClientDisconnected{{8}, CloseReason::TooMany, 1, 2}),
            "client 8 disconnected: too many clients (1 connected), the other file descriptors are "
            "reserved for peers; 2 clients so far");
  EXPECT_EQ(text_of(HandshakeMissing{false, 10}),
            "mesh port: 10 connections without a ZMTP handshake");
}

TEST(Event, IsComparedByAllItsFields) {
  EXPECT_EQ(Event(RecordsSent{NodeId{1}, 7, 2, 30}), Event(RecordsSent{NodeId{1}, 7, 2, 30}));
  EXPECT_NE(Event(RecordsSent{NodeId{1}, 7, 2, 30}), Event(RecordsSent{NodeId{1}, 7, 2, 31}));
  EXPECT_NE(Event(ConnectionRefused{NodeId{1}}), Event(ConnectionTimedOut{NodeId{1}}));
}

TEST(Event, NamesThePeerThatItIsAbout) {
  EXPECT_EQ(peer_of(ConnectionRefused{NodeId{3}}), NodeId{3});
  EXPECT_EQ(peer_of(Dropped{NodeId{2}, DropReason::Stranger, "", 1}), NodeId{2});
  EXPECT_EQ(peer_of(Dropped{std::nullopt, DropReason::Stranger, "", 1}), std::nullopt);
  EXPECT_EQ(peer_of(Late{}), std::nullopt);
}

TEST(Event, OfAnEndedSessionHasCauseAndCounts) {
  SessionEnded end{NodeId{2}, {5}, {6}, {7}, base::EndCause::Silent, 600200us, 600ms, {}, {},
                   9,         7,   2,   4};
  EXPECT_EQ(text_of(end),
            "down: silent for 600.2 ms while this node was on time; "
            "offered 9, acknowledged 7, fate unknown 2, received 4");
  end.limit = 1700ms;
  end.late = 200ms;
  end.round_trip = 3ms;
  EXPECT_TRUE(text_of(end).starts_with(
      "down: silent for 600.2 ms while this node was on time (limit 1700.0 ms: round trip 3.0 ms, "
      "messages up to 200.0 ms late);"));
  end.cause = base::EndCause::Unheard;
  EXPECT_TRUE(text_of(end).starts_with(
      "down: its last message, 600.2 ms ago, said that nothing arrives there (limit"));
  end.cause = base::EndCause::QueueFull;
  EXPECT_TRUE(text_of(end).starts_with("down: too many unacknowledged records;"));
}

TEST(Event, NamesTheFirstPeersThatAreNotReached) {
  EXPECT_EQ(text_of(NotReached{3s, {{NodeId{1}, "127.0.0.1:3001", "refused, 5 attempts"}}, 0}),
            "not reached for 3 s: 1 (127.0.0.1:3001 refused, 5 attempts)");
  EXPECT_EQ(text_of(NotReached{3900ms, {{NodeId{1}, "", "refused"}, {NodeId{2}, "", "lost"}}, 7}),
            "not reached for 3 s: 1 (refused), 2 (lost), and 7 more");
}

TEST(Event, IsMoreSevereWithinASession) {
  EXPECT_EQ(severity_of(ConnectionLost{NodeId{1}, true}), Severity::Info);
  EXPECT_EQ(severity_of(ConnectionLost{NodeId{1}, false}), Severity::Debug);
  EXPECT_EQ(severity_of(AgentNote{"chat", Severity::Debug, "x"}), Severity::Debug);
}

TEST(Event, ThatRepeatsGetsALineTheFirstTheTenthAndTheHundredthTimeAndSoOn) {
  std::vector<std::uint64_t> worth;
  for (std::uint64_t count = 1; count <= 5000; ++count)
    if (is_worth_a_line(Dropped{{}, DropReason::Frames, "", count})) worth.push_back(count);
  EXPECT_EQ(worth, (std::vector<std::uint64_t>{1, 10, 100, 1000}));
  EXPECT_TRUE(is_worth_a_line(RecordsSent{NodeId{1}, 1, 17, 30})) << "counts no repetitions";
  EXPECT_TRUE(is_worth_a_line(NodeFailed{"why"}));
}

TEST(Kinds, OfASeverityAreThoseWithEventsAtLeastAsSevere) {
  for (const Event& event : kOneOfEach) {
    EXPECT_TRUE(Kinds::all().has(event)) << name_of(event);
    EXPECT_FALSE(Kinds().has(event)) << name_of(event);
  }
  EXPECT_TRUE(Kinds::at_least(Severity::Info).has<ConnectionLost>());
  EXPECT_TRUE(Kinds::at_least(Severity::Error).has<AgentNote>());
  EXPECT_FALSE(Kinds::at_least(Severity::Info).has<RecordsSent>());
  EXPECT_FALSE(Kinds::at_least(Severity::Error).has<SessionEnded>());
}

TEST(Kinds, AreASet) {
  const Kinds both = Kinds::of<RecordsSent, Late>();
  EXPECT_TRUE(both.has<RecordsSent>() && both.has<Late>() && !both.has<Replied>());
  EXPECT_EQ(Kinds::of<RecordsSent>() | Kinds::of<Late>(), both);
}

}  // namespace
}  // namespace ovid::observe
