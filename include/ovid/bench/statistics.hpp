#pragma once
// Statistics of a few noisy measurements.

#include <vector>

namespace ovid::bench {

/// Linear between the two nearest ranks; q in 0..1, values not empty.
double quantile(std::vector<double> values, double q);
double median(const std::vector<double>& values);

struct Interval {
  double low = 0;
  double high = 0;
};

/// The 95 % confidence interval of the median: the percentile bootstrap with 2,000 resamples (B.
/// Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7(1), 1979). The
/// same values always give the same interval. Values not empty.
Interval median_interval(const std::vector<double>& values);

/// Element by element; both of the same size, `below` without zeros.
std::vector<double> ratios(const std::vector<double>& above, const std::vector<double>& below);

}  // namespace ovid::bench
