#include "ovid/base/fifo.hpp"

#include <cstdint>
#include <deque>
#include <memory>

#include <gtest/gtest.h>

namespace ovid::base {
namespace {

TEST(Fifo, GivesBackWhatItWasGivenInOrder) {
  std::uint64_t state = 1;
  for (const std::uint64_t most : {2u, 40u, 500u}) {
    Fifo<int> queue;
    std::deque<int> expected;
    for (int i = 0; i < 20000; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const bool fills = i / 1000 % 2 == 0;
      if (expected.empty() || (expected.size() < most && (state >> 33) % 3 < (fills ? 2 : 1))) {
        queue.push_back(i);
        expected.push_back(i);
      } else {
        ASSERT_EQ(queue.front(), expected.front());
        ASSERT_EQ(queue.pop_front(), expected.front());
        expected.pop_front();
      }
      ASSERT_EQ(queue.empty(), expected.empty());
      ASSERT_EQ(queue.size(), expected.size());
      if (!expected.empty()) {
        const std::size_t any = (state >> 20) % expected.size();
        ASSERT_EQ(queue[any], expected[any]);
      }
    }
    queue.clear();
    EXPECT_TRUE(queue.empty());
  }
}

TEST(Fifo, KeepsNothingOfWhatWasTakenOut) {
  Fifo<std::shared_ptr<int>> queue;
  const auto first = std::make_shared<int>(1);
  queue.push_back(first);
  queue.push_back(std::make_shared<int>(2));
  EXPECT_EQ(*queue.pop_front(), 1);
  EXPECT_EQ(first.use_count(), 1);
}

}  // namespace
}  // namespace ovid::base
