#include "ovid/link/assembly.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ovid::link {
namespace {

const std::string kPiece(wire::kPieceBytesMax, 'p');

/// The messages that come out when these go in as pieces.
std::vector<std::string> through(Assembly& assembly, const std::vector<std::string>& messages) {
  std::vector<std::string> whole;
  for (const std::string& message : messages)
    wire::for_each_piece(message, [&](const wire::Record& piece) {
      if (const auto ended = assembly.add(piece)) whole.emplace_back(*ended);
    });
  return whole;
}

TEST(Assembly, AShortMessageIsHandedOnWithoutACopy) {
  Assembly assembly;
  const std::string text = "text";
  const auto message = assembly.add({text});
  ASSERT_TRUE(message);
  EXPECT_EQ(static_cast<const void*>(message->data()), text.data());
}

TEST(Assembly, ALongMessageComesWithItsLastPiece) {
  Assembly assembly;
  EXPECT_FALSE(assembly.add({kPiece, true}));
  EXPECT_FALSE(assembly.add({kPiece, true}));
  EXPECT_EQ(assembly.add({"end"}), kPiece + kPiece + "end");
  EXPECT_FALSE(assembly.add({kPiece, true}));
  EXPECT_EQ(assembly.add({""}), kPiece);
  EXPECT_EQ(assembly.add({"next"}), "next");
}

TEST(Assembly, TheLongestMessageIsWhole) {
  Assembly assembly;
  const std::vector<std::string> messages{"a", std::string(wire::kContentsBytesMax, 'x'), "b"};
  EXPECT_EQ(through(assembly, messages), messages);
}

TEST(Assembly, AMessageThatIsTooLongIsLeftOutAndTheNextOneIsNot) {
  Assembly assembly;
  for (const std::size_t size : {wire::kContentsBytesMax + 1, 3 * wire::kContentsBytesMax}) {
    EXPECT_EQ(through(assembly, {std::string(size, 'x')}), std::vector<std::string>{});
    EXPECT_TRUE(assembly.ended_too_long());
    const std::vector<std::string> next{std::string(5000, 'y'), "z"};
    EXPECT_EQ(through(assembly, next), next);
    EXPECT_FALSE(assembly.ended_too_long());
  }
}

RC_GTEST_PROP(Assembly, WhatGoesInComesOut, (const std::vector<unsigned>& sizes)) {
  Assembly assembly;
  std::vector<std::string> messages;
  for (const unsigned size : sizes)
    messages.emplace_back(size % (5 * wire::kPieceBytesMax), static_cast<char>('a' + size % 26));
  RC_ASSERT(through(assembly, messages) == messages);
}

}  // namespace
}  // namespace ovid::link
