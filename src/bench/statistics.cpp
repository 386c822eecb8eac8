#include "ovid/bench/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

#include "ovid/base/check.hpp"

namespace ovid::bench {
namespace {

constexpr int kResamples = 2000;
constexpr unsigned kSeed = 1;

}  // namespace

double quantile(std::vector<double> values, double q) {
  base::check(!values.empty() && q >= 0 && q <= 1, "a quantile of nothing");
  std::sort(values.begin(), values.end());
  const double rank = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(rank));
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], rank - std::floor(rank));
}

double median(const std::vector<double>& values) {
  return quantile(values, 0.5);
}

Interval median_interval(const std::vector<double>& values) {
  base::check(!values.empty(), "an interval of nothing");
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<std::size_t> any(0, values.size() - 1);
  std::vector<double> medians;
  std::vector<double> sample(values.size());
  for (int i = 0; i < kResamples; ++i) {
    for (double& value : sample) value = values[any(random)];
    medians.push_back(median(sample));
  }
  return {quantile(medians, 0.025), quantile(medians, 0.975)};
}

std::vector<double> ratios(const std::vector<double>& above, const std::vector<double>& below) {
  base::check(above.size() == below.size(), "pairs");
  std::vector<double> result;
  for (std::size_t i = 0; i < above.size(); ++i) result.push_back(above[i] / below[i]);
  return result;
}

}  // namespace ovid::bench
