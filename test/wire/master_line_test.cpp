#include "ovid/wire/master_line.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::wire {
namespace {

TEST(MasterLine, AnExcerptIsShortAndHasNoControlCharacters) {
  EXPECT_EQ(excerpt(""), "");
  EXPECT_EQ(excerpt("get "), "get ");
  EXPECT_EQ(excerpt(std::string(40, 'x')), std::string(40, 'x'));
  EXPECT_EQ(excerpt(std::string(41, 'x')), std::string(40, 'x') + "...");
  EXPECT_EQ(excerpt(std::string_view("a\0\x1b[2J\x7f\n", 8)), "a??[2J??");
}

TEST(MasterLine, AnExcerptDoesNotCutACharacterInTwo) {
  EXPECT_EQ(excerpt(std::string(39, 'x') + "\xe2\x82\xac and more"), std::string(39, 'x') + "...");
  EXPECT_EQ(excerpt(std::string(40, 'x') + "\xe2\x82\xac"), std::string(40, 'x') + "...");
  EXPECT_EQ(excerpt(std::string(200, '\x80')), "...");
}

TEST(MasterLine, AnErrorIsOneLine) {
  EXPECT_EQ(error_line("empty line"), "error empty line\n");
}

}  // namespace
}  // namespace ovid::wire
