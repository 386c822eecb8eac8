#include "ovid/observe/stream.hpp"

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
  EXPECT_EQ(reader.events,
            (std::vector<Event>{Dropped{NodeId{1}, DropReason::Malformed, "what", 1},
                                Dropped{std::nullopt, DropReason::Frames, "three frames", 2}}));
}

}  // namespace
}  // namespace ovid::observe
