#include "ovid/app/log_line.hpp"

#include <chrono>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ovid/observe/text.hpp"

namespace ovid::app {
namespace {

using Json = nlohmann::ordered_json;

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

void append_text(LineBuffer& line, base::NodeId self, std::optional<base::NodeId> peer,
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

void append_head(LineBuffer& line, base::NodeId self, base::Severity severity) {
  line.append(std::string_view("{\"time\":\""));
  append_time(line);
  fmt::format_to(std::back_inserter(line), "\",\"node\":{},\"severity\":\"{}\",", self.value,
                 base::text_of(severity));
}

/// Collects the fields of an event. Long texts are shortened.
class Fields {
 public:
  explicit Fields(std::size_t text_max) : text_max_(text_max) {}

  template <typename T>
  void operator()(std::string_view name, const T& value) {
    object_[std::string(name)] = json_of(value);
  }
  void operator()(std::string_view name, const std::optional<base::NodeId>& value) {
    if (value) (*this)(name, *value);
  }
  const Json& object() const { return object_; }

 private:
  static Json json_of(bool value) { return value; }
  static Json json_of(std::uint64_t value) { return value; }
  static Json json_of(std::int64_t value) { return value; }
  static Json json_of(base::NodeId id) { return id.value; }
  static Json json_of(base::ClientId id) { return id.value; }
  static Json json_of(base::Incarnation id) { return fmt::format("{:016x}", id.value); }
  static Json json_of(base::Epoch id) { return fmt::format("{:016x}", id.value); }
  static Json json_of(base::Duration time) {  // whole microseconds
    return std::round(base::in_ms(time) * 1000) / 1000;
  }
  static Json json_of(base::EndCause cause) { return base::text_of(cause); }
  static Json json_of(observe::DropReason reason) { return observe::text_of(reason); }
  static Json json_of(observe::CloseReason reason) { return observe::text_of(reason); }
  Json json_of(const std::string& text) const {
    return text.size() <= text_max_ ? text : text.substr(0, text_max_) + "...";
  }
  Json json_of(const std::vector<observe::NotReached::Peer>& peers) const {
    Json list = Json::array();
    for (const auto& each : peers)
      list.push_back({{"peer", each.peer.value},
                      {"address", json_of(each.address)},
                      {"failure", json_of(each.failure)}});
    return list;
  }

  const std::size_t text_max_;
  Json object_{};
};

/// The members of the object after time, node and severity, and its end.
std::string members_of(const observe::Event& event, std::size_t text_max) {
  Fields fields(text_max);
  fields("event", std::string(observe::name_of(event)));
  std::visit([&](const auto& e) { e.fields(fields); }, event);
  // Bytes that are not UTF-8 become U+FFFD.
  return fields.object().dump(-1, ' ', false, Json::error_handler_t::replace).substr(1);
}

void append_json(LineBuffer& line, base::NodeId self, const observe::Event& event) {
  const std::size_t begin = line.size();
  append_head(line, self, observe::severity_of(event));
  const std::size_t room = kLineBytesMax - (line.size() - begin) - 1;
  std::size_t text_max = room;
  std::string members = members_of(event, text_max);
  // An escaped byte takes six bytes or fewer.
  while (members.size() > room) members = members_of(event, text_max /= 2);
  line.append(members);
  line.push_back('\n');
}

}  // namespace

void append_line(LineBuffer& line, LogFormat format, base::NodeId self,
                 const observe::Event& event) {
  if (format == LogFormat::Json) return append_json(line, self, event);
  append_text(line, self, observe::peer_of(event), observe::severity_of(event),
              observe::text_of(event));
}

void append_lost(LineBuffer& line, LogFormat format, base::NodeId self, std::uint64_t lost,
                 std::string_view why) {
  constexpr base::Severity kSeverity = base::Severity::Warning;
  if (format == LogFormat::Json) {
    append_head(line, self, kSeverity);
    fmt::format_to(std::back_inserter(line),
                   "\"event\":\"log_lines_lost\",\"count\":{},\"why\":\"{}\"}}\n", lost, why);
    return;
  }
  fmt::basic_memory_buffer<char, 160> text;
  fmt::format_to(std::back_inserter(text), "{} line{} lost: {}", lost, lost == 1 ? "" : "s", why);
  append_text(line, self, std::nullopt, kSeverity, {text.data(), text.size()});
}

}  // namespace ovid::app
