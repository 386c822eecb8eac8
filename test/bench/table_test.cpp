#include "ovid/bench/table.hpp"

#include <array>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ovid::bench {
namespace {

class TableTest : public ::testing::Test {
 protected:
  TableTest() : out_(std::tmpfile()), table_(out_) {}
  ~TableTest() override { std::fclose(out_); }
  std::string printed() {
    std::rewind(out_);
    std::string text(65536, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), out_));
    return text;
  }

  std::FILE* out_;
  Table table_;
};

TEST_F(TableTest, ARowShowsMedianAndSpread) {
  table_.add({"broadcast", "ovid", 3, 32, "deliveries/s", {1e6, 3.25e6, 2e6}});
  const std::string line = printed();
  EXPECT_NE(line.find("2.00 M deliveries/s [1.00 M..3.25 M]"), std::string::npos) << line;
  EXPECT_NE(line.find("32 B"), std::string::npos) << line;
  EXPECT_EQ(line.find("95 %"), std::string::npos) << line;
}

TEST_F(TableTest, ARatioIsTakenPairByPairAndHasAnInterval) {
  const Row ovid{"broadcast", "ovid", 3, 32, "deliveries/s", {4, 9, 8}};
  const Row bare{"broadcast", "bare", 3, 32, "deliveries/s", {2, 3, 4}};
  table_.add_ratio(ovid, bare);
  const auto rows = nlohmann::json::parse(table_.json());
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["of"], "ovid / bare");
  EXPECT_EQ(rows[0]["unit"], "x");
  EXPECT_EQ(rows[0]["median"], 2.0);
  EXPECT_EQ(rows[0]["samples"], (std::vector<double>{2, 3, 2}));
  EXPECT_EQ(rows[0]["interval_95"].size(), 2u);
}

TEST_F(TableTest, WhatIsSkippedIsPrintedAndNotInTheJson) {
  table_.skip("NATS core", "there is no server");
  EXPECT_EQ(printed(), "skipped: NATS core: there is no server\n");
  EXPECT_TRUE(table_.empty());
  EXPECT_EQ(table_.json(), "[]\n");
}

TEST_F(TableTest, JsonIsWholeWithoutRowsAndWithMany) {
  EXPECT_EQ(nlohmann::json::parse(table_.json()).size(), 0u);
  for (int nodes = 1; nodes <= 3; ++nodes) table_.add({"start", "ovid", nodes, 0, "ms", {1.5}});
  const auto rows = nlohmann::json::parse(table_.json());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2]["nodes"], 3);
  EXPECT_EQ(rows[2]["min"], 1.5);
}

}  // namespace
}  // namespace ovid::bench
