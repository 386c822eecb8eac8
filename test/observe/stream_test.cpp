#include "ovid/observe/stream.hpp"

#include <string>
#include <vector>

#include "collector.hpp"
#include <gtest/gtest.h>

#include "ovid/observe/drops.hpp"

namespace ovid::observe {
namespace {

using base::NodeId;

struct Words final : Reader {
  void read(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

const Event kRefused = ConnectionRefused{NodeId{1}};
const Event kLate = Late{};

TEST(Stream, GivesEachReaderWhatItWants) {
  Words refused;
  Words both;
  Stream stream;
  stream.give(refused, Kinds::of<ConnectionRefused>());
  stream.give(both, Kinds::of<ConnectionRefused, Late>());
  stream.tell(ConnectionRefused{NodeId{1}});
  stream.tell(Late{});
  stream.tell(NodeFailed{"nobody wants to know"});
  EXPECT_EQ(refused.events, std::vector<Event>{kRefused});
  EXPECT_EQ(both.events, (std::vector<Event>{kRefused, kLate}));
}

TEST(Stream, WantsWhatSomeReaderWants) {
  Words reader;
  Stream stream;
  EXPECT_FALSE(stream.wants<Late>());
  stream.give(reader, Kinds::of<Late>());
  EXPECT_TRUE(stream.wants<Late>());
  EXPECT_FALSE(stream.wants<ConnectionRefused>());
}

TEST(Stream, ForgetsAReaderThatWantsNothing) {
  Words reader;
  Stream stream;
  stream.give(reader, Kinds::all());
  stream.give(reader, Kinds::of<ConnectionRefused>());
  stream.tell(Late{});
  stream.tell(ConnectionRefused{NodeId{1}});
  stream.give(reader, {});
  stream.tell(ConnectionRefused{NodeId{1}});
  EXPECT_EQ(reader.events, std::vector<Event>{kRefused});
}

TEST(Drops, AreCountedByReasonWithAndWithoutReaders) {
  Words reader;
  Stream stream;
  Drops drops(stream);
  drops.count(std::nullopt, DropReason::Frames, "one frame");
  stream.give(reader, Kinds::all());
  drops.count(NodeId{1}, DropReason::Malformed, "what");
  drops.count(std::nullopt, DropReason::Frames, "three frames");
  EXPECT_EQ(reader.events, (std::vector<Event>{Dropped{NodeId{1}, DropReason::Malformed, "what", 1},
                                               Dropped{std::nullopt, DropReason::Frames, "", 2}}));
}

TEST(Drops, AreDescribedOnlyWhenThatIsWorthALine) {
  Words reader;
  Stream stream;
  Drops drops(stream);
  int described = 0;
  const auto describe = [&described] { return "words " + std::to_string(++described); };
  drops.count(std::nullopt, DropReason::Frames, describe);
  EXPECT_EQ(described, 0) << "nobody reads them";
  stream.give(reader, Kinds::all());
  for (int i = 0; i < 99; ++i) drops.count(std::nullopt, DropReason::Frames, describe);
  EXPECT_EQ(described, 2);
  ASSERT_EQ(reader.events.size(), 99u) << "each is told";
  EXPECT_EQ(reader.events[0], Event(Dropped{std::nullopt, DropReason::Frames, "", 2}));
  EXPECT_EQ(reader.events[8], Event(Dropped{std::nullopt, DropReason::Frames, "words 1", 10}));
  EXPECT_EQ(reader.events[98], Event(Dropped{std::nullopt, DropReason::Frames, "words 2", 100}));
}

}  // namespace
}  // namespace ovid::observe
