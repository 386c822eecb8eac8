#include "ovid/base/bytes.hpp"

#include <gtest/gtest.h>

namespace ovid::base {
namespace {

TEST(Bytes, APieceMayOutliveTheWholeThatItIsPartOf) {
  Bytes rest;
  Bytes head;
  {
    const Bytes whole = Bytes::of(std::string(100, 'a') + std::string(100, 'b'));
    head = whole.first(100);
    rest = whole.without_first(100);
  }
  EXPECT_EQ(head.view(), std::string(100, 'a'));
  EXPECT_EQ(rest.view(), std::string(100, 'b'));
}

TEST(Bytes, CopiesShareTheSameStorage) {
  const Bytes one = Bytes::of(std::string(100, 'x'));
  const Bytes two = one;
  EXPECT_EQ(one.view().data(), two.view().data());
  EXPECT_EQ(one, two);
}

TEST(Bytes, TakingMoreThanThereAreGivesAll) {
  const Bytes few = Bytes::of("abc");
  EXPECT_EQ(few.first(10).view(), "abc");
  EXPECT_EQ(few.without_first(3).size(), 0u);
}

TEST(Bytes, ARopeIsTheSumOfItsPieces) {
  const Rope rope{Bytes::of("ab"), Bytes(), Bytes::of(std::string("\0c", 2))};
  EXPECT_EQ(size_of(rope), 4u);
  EXPECT_EQ(flatten(rope), std::string("ab\0c", 4));
}

}  // namespace
}  // namespace ovid::base
