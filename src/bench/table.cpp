#include "ovid/bench/table.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "ovid/bench/child.hpp"

namespace ovid::bench {
namespace {

/// With three significant digits.
std::string text_of(double value) {
  const double size = std::abs(value);
  if (size >= 1e6) return fmt::format("{:.2f} M", value / 1e6);
  if (size >= 1e4) return fmt::format("{:.0f} k", value / 1e3);
  return fmt::format("{:.{}f}", value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

}  // namespace

void Table::add(Row row) {
  const auto [min, max] = std::minmax_element(row.samples.begin(), row.samples.end());
  std::string line =
      fmt::format("{:<24} n={:<4} {:>7} {:<22} {:>8} {} [{}..{}]", row.figure, row.nodes,
                  row.bytes > 0 ? fmt::format("{} B", row.bytes) : "", row.of,
                  text_of(median(row.samples)), row.unit, text_of(*min), text_of(*max));
  if (row.interval)
    line += fmt::format("  95 % {}..{}", text_of(row.interval->low), text_of(row.interval->high));
  print(line + '\n');
  rows_.push_back(std::move(row));
}

void Table::skip(const std::string& of, const std::string& why) {
  print(fmt::format("skipped: {}: {}\n", of, why));
}

/// Lines on standard error only show progress; the result is then printed at the end.
void Table::print(const std::string& line) {
  if ((std::fputs(line.c_str(), out_) < 0 || std::fflush(out_) != 0) && out_ == stdout)
    throw BenchError(fmt::format("standard output cannot be written: {}", std::strerror(errno)));
}

void Table::add_ratio(const Row& of, const Row& against) {
  Row row = of;
  row.of = fmt::format("{} / {}", of.of, against.of);
  row.unit = "x";
  row.samples = ratios(of.samples, against.samples);
  row.interval = median_interval(row.samples);
  add(std::move(row));
}

std::string Table::json() const {
  std::string text;
  for (const Row& row : rows_) {
    const auto [min, max] = std::minmax_element(row.samples.begin(), row.samples.end());
    nlohmann::ordered_json object{
        {"figure", row.figure}, {"of", row.of},     {"nodes", row.nodes},
        {"bytes", row.bytes},   {"unit", row.unit}, {"median", median(row.samples)},
        {"min", *min},          {"max", *max},      {"samples", row.samples}};
    if (row.interval) object["interval_95"] = {row.interval->low, row.interval->high};
    text += (text.empty() ? "[\n" : ",\n") + object.dump();
  }
  return text + (text.empty() ? "[]\n" : "\n]\n");
}

}  // namespace ovid::bench
