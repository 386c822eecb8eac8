#include "ovid/app/log_line.hpp"

#include <chrono>
#include <iterator>

namespace ovid::app {
namespace {

void append_time(LineBuffer& line) {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(system_clock::now());
  const auto day = floor<days>(now);
  const year_month_day date(day);
  const hh_mm_ss time(now - day);
  fmt::format_to(std::back_inserter(line), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                 time.seconds().count(), time.subseconds().count());
}

}  // namespace

void append_line(LineBuffer& line, base::NodeId self, std::optional<base::NodeId> peer,
                 base::Severity severity, std::string_view text) {
  constexpr std::string_view kCut = "...\n";
  const std::size_t begin = line.size();
  append_time(line);
  fmt::format_to(std::back_inserter(line), " node {} ", self.value);
  if (peer) fmt::format_to(std::back_inserter(line), "peer {} ", peer->value);
  fmt::format_to(std::back_inserter(line), "{}: {}\n", base::text_of(severity), text);
  if (line.size() - begin <= kLineBytesMax) return;
  line.resize(begin + kLineBytesMax - kCut.size());
  line.append(kCut);
}

}  // namespace ovid::app
