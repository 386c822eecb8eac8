// Numbers as people type them, and what is refused.

#include "ovid/base/numbers.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace ovid::base {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST(AnInteger, IsDecimalWhateverItBeginsWith) {
  EXPECT_EQ(read_integer("0", 0, 9), 0);
  EXPECT_EQ(read_integer("010", 0, 99), 10);
  EXPECT_EQ(read_integer("0000000000000000000000000000008", 0, 99), 8);
  EXPECT_EQ(read_integer("-7", -9, 9), -7);
  EXPECT_EQ(read_integer<std::uint64_t>("18446744073709551615", 0, kMost), kMost);
}

TEST(AnInteger, HasNoOtherSpelling) {
  for (const std::string text : {"", " ", "+5", "0x5", "5 ", " 5", "1e3", "1e0", "5.0", "5.", "5,",
                                 "five", "0b1", "1'000", "1_000", "--5", "-", "\t5", "5\n"})
    EXPECT_EQ(read_integer(text, -10000, 10000), std::nullopt) << text;
}

TEST(AnInteger, IsInItsRangeBothEndsIncluded) {
  EXPECT_EQ(read_integer("1", 1, 3), 1);
  EXPECT_EQ(read_integer("3", 1, 3), 3);
  for (const std::string text : {"0", "4", "-1", "2147483648", "99999999999999999999"})
    EXPECT_EQ(read_integer(text, 1, 3), std::nullopt) << text;
  EXPECT_EQ(read_integer<std::uint64_t>("18446744073709551616", 0, kMost), std::nullopt);
  EXPECT_EQ(read_integer<std::uint64_t>("-1", 0, kMost), std::nullopt);
}

TEST(AReal, IsDecimalAndMayHaveAnExponent) {
  EXPECT_EQ(read_real("2.5", 0, 10), 2.5);
  EXPECT_EQ(read_real("007", 0, 10), 7.0);
  EXPECT_EQ(read_real("1e1", 0, 10), 10.0);
}

TEST(AReal, IsFiniteAndInItsRange) {
  for (const std::string text : {"nan", "NaN", "-nan", "inf", "infinity", "-inf", "1e999", "10.1",
                                 "-0.1", "", " 1", "1 ", "+1", "0x1p3", "1,5", "1s", "1e"})
    EXPECT_EQ(read_real(text, 0, 10), std::nullopt) << text;
}

}  // namespace
}  // namespace ovid::base
