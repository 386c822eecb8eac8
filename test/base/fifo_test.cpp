#include "ovid/base/fifo.hpp"

#include <deque>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ovid::base {
namespace {

/// What is done to a queue: so many are put in, or taken out if negative; 0: it is cleared.
rc::Gen<std::vector<int>> steps() {
  const auto step = rc::gen::map(rc::gen::inRange(0, 400),
                                 [](int i) { return i % 2 == 0 ? i / 2 : -(i + 1) / 2; });
  return rc::gen::container<std::vector<int>>(step);
}

RC_GTEST_PROP(Fifo, GivesBackWhatItWasGivenInOrder, ()) {
  Fifo<int> queue;
  std::deque<int> expected;
  int put_in = 0;
  for (const int step : *steps()) {
    if (step == 0) {
      queue.clear();
      expected.clear();
    }
    for (int i = 0; i < step; ++i, ++put_in) {
      queue.push_back(put_in);
      expected.push_back(put_in);
    }
    for (int i = 0; i > step && !expected.empty(); --i) {
      RC_ASSERT(queue.front() == expected.front());
      RC_ASSERT(queue.pop_front() == expected.front());
      expected.pop_front();
      RC_ASSERT(queue.empty() == expected.empty());
    }
    RC_ASSERT(queue.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) RC_ASSERT(queue[i] == expected[i]);
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
