#include "ovid/sim/path_quality.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ovid/base/numbers.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::sim {
namespace {

enum Place : std::size_t { kRate, kDelay, kQueue, kLoss };

struct Setting {
  std::string_view key;
  double min, max;
  bool whole;
};

/// By Place. A path that loses more than half of its packets is closer to a blocked one.
constexpr std::array<Setting, 4> kSettings{{{"rate_kbit", 1, 1e7, true},
                                            {"delay_ms", 0, 10'000, false},
                                            {"queue_kib", 1, 1e6, true},
                                            {"loss_percent", 0, 50, false}}};

}  // namespace

base::Duration PathQuality::time_of(std::int64_t bytes) const {
  if (rate_bits_per_s == 0) return {};
  const double seconds = static_cast<double>(bytes) * 8 / static_cast<double>(rate_bits_per_s);
  return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

base::Duration PathQuality::slowest() const {
  const auto batch = static_cast<std::int64_t>(wire::kBodyBytesFull);
  const base::Duration once = delay + time_of(queue_bytes + batch);
  return loss_percent == 0 ? once : 3 * once + kRetransmissionMin;
}

std::string text_of(const PathQuality& quality) {
  std::string text;
  const auto add = [&text](Place place, auto value) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", kSettings[place].key, value);
  };
  if (quality.rate_bits_per_s != 0) add(kRate, quality.rate_bits_per_s / 1000);
  if (quality.delay != base::Duration{} || quality == PathQuality())
    add(kDelay, base::in_ms(quality.delay));
  if (quality.queue_bytes != PathQuality().queue_bytes) add(kQueue, quality.queue_bytes >> 10);
  if (quality.loss_percent != 0) add(kLoss, quality.loss_percent);
  return text;
}

QualitySettings::Taken QualitySettings::take(std::string_view key, std::string_view value) {
  const auto* setting = std::find_if(kSettings.begin(), kSettings.end(),
                                     [key](const Setting& each) { return each.key == key; });
  if (setting == kSettings.end()) return Taken::Unknown;
  const auto read = base::read_real(value, setting->min, setting->max);
  if (!read || (setting->whole && std::floor(*read) != *read)) return Taken::Wrong;
  auto& known = values_[static_cast<std::size_t>(setting - kSettings.begin())];
  if (known.value_or(*read) != *read) return Taken::Contradiction;
  known = read;
  return Taken::Yes;
}

bool QualitySettings::empty() const {
  return std::none_of(values_.begin(), values_.end(),
                      [](const auto& value) { return value.has_value(); });
}

PathQuality QualitySettings::quality() const {
  PathQuality quality;
  if (const auto& kbit = values_[kRate]) quality.rate_bits_per_s = std::llround(*kbit) * 1000;
  if (const auto& ms = values_[kDelay])
    quality.delay = std::chrono::microseconds(std::llround(*ms * 1e3));
  if (const auto& kib = values_[kQueue]) quality.queue_bytes = std::llround(*kib) << 10;
  quality.loss_percent = values_[kLoss].value_or(0);
  return quality;
}

std::string QualitySettings::all() {
  std::string text;
  for (const Setting& each : kSettings)
    text += fmt::format("{}{}={}..{}", text.empty() ? "" : " ", each.key, each.min, each.max);
  return text;
}

std::variant<PathQuality, std::string> parse_quality(std::string_view text) {
  QualitySettings settings;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view word = text.substr(at, comma - at);
    const std::size_t equals = std::min(word.find('='), word.size());
    switch (settings.take(word.substr(0, equals), word.substr(std::min(equals + 1, word.size())))) {
      case QualitySettings::Taken::Yes:
        break;
      case QualitySettings::Taken::Unknown:
      case QualitySettings::Taken::Wrong:
        return fmt::format("{} is not one of {}", word, QualitySettings::all());
      case QualitySettings::Taken::Contradiction:
        return fmt::format("{} contradicts what is set before", word);
    }
    at = comma + 1;
  }
  return settings.quality();
}

}  // namespace ovid::sim
