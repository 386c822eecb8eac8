#include "ovid/sim/script.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ovid/base/shown.hpp"

namespace ovid::sim {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

/// What is wrong if the text is not UTF-8, as its byte order mark or a NUL byte shows; otherwise
/// empty.
std::string foreign_encoding(std::string_view text) {
  // The longer marks first: one begins with a shorter one.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kMarks{{
      {"\xff\xfe\0\0"sv, "UTF-32"},
      {"\0\0\xfe\xff"sv, "UTF-32"},
      {"\xff\xfe"sv, "UTF-16"},
      {"\xfe\xff"sv, "UTF-16"},
  }};
  for (const auto& [mark, name] : kMarks)
    if (text.starts_with(mark))
      return fmt::format("the text is {} by its byte order mark; save it as UTF-8", name);
  const std::size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return {};
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
  return fmt::format("line {} has a NUL byte: no text, or UTF-16; save it as UTF-8", line);
}

/// Takes the next line, without its end. `end_byte` is LF, or CR if the text has no LF.
std::string_view take_line(std::string_view& text, char end_byte) {
  const std::size_t end = std::min(text.find(end_byte), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// If an action failed because of a setting that its verb does not take: the settings that it
/// takes.
std::string hint(std::string_view what) {
  if (what.find(" does not take ") == std::string_view::npos) return {};
  const auto verb = verb_of(what.substr(0, what.find(' ')));
  return verb ? fmt::format(" (but {})", settings_of(*verb)) : std::string();
}

}  // namespace

std::variant<std::vector<Action>, std::string> parse_script(std::string_view text, int nodes,
                                                            base::Duration length) {
  if (std::string what = foreign_encoding(text); !what.empty()) return what;
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  const char end_byte = text.find('\n') == std::string_view::npos ? '\r' : '\n';
  std::vector<Action> actions;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = take_line(text, end_byte);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto before = actions.empty() ? std::nullopt : std::optional(actions.back().at);
    auto action = parse_action(line, nodes, before);
    if (const auto* what = std::get_if<std::string>(&action))
      return fmt::format("line {}: {}{}, in: {}", number, *what, hint(*what), base::shown(line));
    actions.push_back(std::get<Action>(std::move(action)));
    if (actions.back().at > length)
      return fmt::format("line {}: t={} is after the end of the run, {} s", number,
                         std::chrono::duration<double>(actions.back().at).count(),
                         std::chrono::duration<double>(length).count());
  }
  std::stable_sort(actions.begin(), actions.end(),
                   [](const Action& x, const Action& y) { return x.at < y.at; });
  return actions;
}

}  // namespace ovid::sim
