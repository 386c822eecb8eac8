#pragma once
// Measured rows, printed at once and kept for the JSON output.

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "ovid/bench/statistics.hpp"

namespace ovid::bench {

struct Row {
  std::string figure;  ///< "broadcast, one sender"
  std::string of;      ///< "ovid", "bare, shared", "ovid / bare, shared"
  int nodes = 0;
  int bytes = 0;  ///< of a record's text; 0: does not apply
  std::string unit;
  std::vector<double> samples;         ///< one a round or trial, at least one
  std::optional<Interval> interval{};  ///< of the median, for a ratio
};

class Table {
 public:
  /// Rows are printed to `out`, which is borrowed.
  explicit Table(std::FILE* out) : out_(out) {}
  /// BenchError if that is standard output and it cannot be written.
  void add(Row row);
  /// A contender that is not measured; a line of its own, and nothing in the JSON.
  void skip(const std::string& of, const std::string& why);
  bool empty() const { return rows_.empty(); }
  /// The ratio of two rows that were measured in turn, sample by sample.
  void add_ratio(const Row& of, const Row& against);
  /// An array of objects, a line each: the rows with median, min, max and all samples.
  std::string json() const;

 private:
  void print(const std::string& line);

  std::FILE* out_;
  std::vector<Row> rows_;
};

}  // namespace ovid::bench
