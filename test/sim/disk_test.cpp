// What a virtual disk contains after a crash: all values up to the last sync, and some of the
// values after it (none, all, or the first few).

#include "ovid/sim/disk.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

constexpr agent::AgentId kFirst{0};
constexpr agent::AgentId kSecond{1};

/// What the disk would recover, as "checkpoint|a,b", or as "a,b" if there is no checkpoint.
std::string kept(Disk& disk, agent::AgentId agent = kFirst) {
  const node::Recovery recovery = disk.recover(agent);
  std::string text;
  if (recovery.checkpoint) text += std::string(*recovery.checkpoint) + "|";
  std::string_view comma;
  for (const std::string_view value : recovery.appended) {
    text += std::string(comma) + std::string(value);
    comma = ",";
  }
  return text;
}

TEST(ADisk, HasNothingAtFirst) {
  Disk disk;
  EXPECT_EQ(disk.recover(kFirst).checkpoint, std::nullopt);
  EXPECT_TRUE(disk.recover(kFirst).appended.empty());
}

TEST(ADisk, KeepsInOrderWhatWasSynced) {
  Disk disk;
  disk.append(kFirst, "a");
  disk.append(kFirst, "b");
  EXPECT_EQ(disk.unsynced(), 2u);
  EXPECT_EQ(kept(disk), "");
  disk.sync();
  EXPECT_EQ(disk.unsynced(), 0u);
  EXPECT_EQ(kept(disk), "a,b");
}

TEST(ADisk, PutsACheckpointInThePlaceOfAllBeforeIt) {
  Disk disk;
  disk.append(kFirst, "a");
  disk.checkpoint(kFirst, "A");
  disk.append(kFirst, "b");
  disk.sync();
  EXPECT_EQ(kept(disk), "A|b");
  disk.checkpoint(kFirst, "B");
  disk.sync();
  EXPECT_EQ(kept(disk), "B|");
}

TEST(ADisk, KeepsAgentsApart) {
  Disk disk;
  disk.append(kFirst, "a");
  disk.append(kSecond, "b");
  disk.checkpoint(kSecond, "B");
  disk.sync();
  EXPECT_EQ(kept(disk), "a");
  EXPECT_EQ(kept(disk, kSecond), "B|");
}

TEST(ADisk, LosesInACrashWhatIsNotSyncedFromAnyValueOn) {
  std::set<std::string> seen;
  SeededRandom random(1);
  for (int i = 0; i < 100; ++i) {
    Disk disk;
    disk.append(kFirst, "a");
    disk.sync();
    disk.append(kFirst, "b");
    disk.checkpoint(kFirst, "C");
    disk.append(kFirst, "d");
    const std::size_t count = disk.crash(random);
    EXPECT_EQ(disk.unsynced(), 0u);
    seen.insert(std::to_string(count) + ": " + kept(disk));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"0: a", "1: a,b", "2: C|", "3: C|d"}));
}

TEST(ADisk, LosesInACrashForAllAgentsWhatCameAfterOnePlace) {
  std::set<std::string> seen;
  SeededRandom random(1);
  for (int i = 0; i < 100; ++i) {
    Disk disk;
    disk.append(kFirst, "a");
    disk.append(kSecond, "b");
    disk.checkpoint(kFirst, "C");
    disk.append(kSecond, "d");
    disk.crash(random);
    seen.insert(kept(disk) + " and " + kept(disk, kSecond));
  }
  EXPECT_EQ(seen, (std::set<std::string>{" and ", "a and ", "a and b", "C| and b", "C| and b,d"}));
}

TEST(ADisk, WhatIsRecoveredStaysReadableUntilASync) {
  Disk disk;
  disk.checkpoint(kFirst, "a checkpoint that does not fit into a short string");
  disk.append(kFirst, "a value that does not fit into a short string");
  disk.sync();
  const node::Recovery recovery = disk.recover(kFirst);
  disk.checkpoint(kFirst, "another one");
  for (int i = 0; i < 1000; ++i) disk.append(kFirst, "and more");
  EXPECT_EQ(recovery.checkpoint, "a checkpoint that does not fit into a short string");
  EXPECT_EQ(recovery.appended.front(), "a value that does not fit into a short string");
}

TEST(ADisk, LosesNothingInACrashIfAllIsSynced) {
  Disk disk;
  SeededRandom random(1);
  disk.append(kFirst, "a");
  disk.sync();
  EXPECT_EQ(disk.crash(random), 0u);
  EXPECT_EQ(kept(disk), "a");
}

TEST(ADisk, LosesAllThatIsNotSyncedIfThatIsAskedFor) {
  Disk disk;
  disk.append(kFirst, "a");
  disk.sync();
  disk.append(kFirst, "b");
  disk.drop_unsynced();
  disk.sync();
  EXPECT_EQ(kept(disk), "a");
}

}  // namespace
}  // namespace ovid::sim
