#include "ovid/wire/hello.hpp"

#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "ovid/wire/body.hpp"

namespace ovid::wire {
namespace {

TEST(Hello, ComesBackAsItWasSentInTheDocumentedFormat) {
  for (const Hello& hello :
       {Hello{1, ""}, Hello{3, "lab-0_a.B"}, Hello{1000, std::string(64, 'x')}}) {
    const base::Bytes body = hello_body({7}, hello);
    const std::string text = "msg 7 hello " + std::to_string(hello.nodes) + " " + hello.grid;
    EXPECT_EQ(body.view().substr(4), text);
    BodyReader reader;
    const auto content = reader.read(body.view(), 1, {7});
    EXPECT_EQ(read_hello(std::get<const Records*>(content)->front().contents), hello);
  }
}

TEST(Hello, OfAnyOtherFormIsRefused) {
  for (const char* text :
       {"", "hello", "hello ", "hello 3", "hello  ", "hello 03 ", "hello 0 ", "hello +3 ",
        "hello -3 ", "hello 3x ", "hello 1001 ", "hello 99999999999 ", "hello 3  ", "hello 3 a b",
        "hello 3 a/b", "hello 3 \n", "hello 3 \xc3\xa4", "Hello 3 a", "hallo 3 a"})
    EXPECT_EQ(read_hello(text), std::nullopt) << text;
  EXPECT_EQ(read_hello("hello 3 " + std::string(65, 'x')), std::nullopt);
  EXPECT_EQ(read_hello(std::string("hello 3 a\0b", 11)), std::nullopt);
}

TEST(Hello, AGridsNameHasOnlyCharactersOfFileNames) {
  for (const char* name : {"", "a", "Z", "0", "a.b_c-D9", "..."}) EXPECT_TRUE(is_grid_name(name));
  for (const char* name : {" ", "a b", "a/b", "a:b", "a\tb", "\x7f", "\xe4"})
    EXPECT_FALSE(is_grid_name(name)) << name;
  EXPECT_TRUE(is_grid_name(std::string(64, 'g')));
  EXPECT_FALSE(is_grid_name(std::string(65, 'g')));
}

}  // namespace
}  // namespace ovid::wire
