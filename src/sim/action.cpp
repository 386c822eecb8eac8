#include "ovid/sim/action.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ovid::sim {
namespace {

constexpr double kLastingMsMax = 1e9;

/// How the arguments of a verb are written.
enum class Form : std::uint8_t { Nothing, Node, Groups, Arrow, Pair, Text };

struct Grammar {
  Verb verb;
  std::string_view word;
  Form form;
  std::string_view amount;  // the key of its number, empty if it has none
};

constexpr std::array kGrammar{
    Grammar{Verb::Crash, "crash", Form::Node, ""},
    Grammar{Verb::Restart, "restart", Form::Node, ""},
    Grammar{Verb::Pause, "pause", Form::Node, ""},
    Grammar{Verb::Continue, "continue", Form::Node, ""},
    Grammar{Verb::Partition, "partition", Form::Groups, ""},
    Grammar{Verb::Block, "block", Form::Arrow, ""},
    Grammar{Verb::Heal, "heal", Form::Nothing, ""},
    Grammar{Verb::Cut, "cut", Form::Pair, ""},
    Grammar{Verb::Refuse, "refuse", Form::Arrow, ""},
    Grammar{Verb::Slow, "slow", Form::Node, "by_ms"},
    Grammar{Verb::Late, "late", Form::Node, "by_ms"},
    Grammar{Verb::Drift, "drift", Form::Node, "by_ppm"},
    Grammar{Verb::Duplicate, "duplicate", Form::Nothing, "per_thousand"},
    Grammar{Verb::Corrupt, "corrupt", Form::Nothing, "per_thousand"},
    Grammar{Verb::Forge, "forge", Form::Nothing, "per_s"},
    Grammar{Verb::Line, "line", Form::Text, ""},
};

const Grammar& grammar_of(Verb verb) {
  return *std::find_if(kGrammar.begin(), kGrammar.end(),
                       [verb](const Grammar& g) { return g.verb == verb; });
}

std::string_view separator_of(Form form) {
  switch (form) {
    case Form::Groups:
      return "|";
    case Form::Arrow:
      return ">";
    case Form::Pair:
      return "-";
    case Form::Nothing:
    case Form::Node:
    case Form::Text:
      return "";
  }
  return "";
}

std::string ids(const std::vector<base::NodeId>& nodes) {
  std::vector<int> values;
  for (const base::NodeId id : nodes) values.push_back(id.value);
  return fmt::format("{}", fmt::join(values, ","));
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::vector<base::NodeId>> parse_ids(std::string_view text, int nodes) {
  std::vector<base::NodeId> found;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const auto id = number<int>(text.substr(0, comma));
    if (!id || *id < 0 || *id >= nodes) return std::nullopt;
    found.push_back({static_cast<std::uint16_t>(*id)});
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return found;
}

/// key=value words at the end of a line.
bool take_setting(Action& action, const Grammar& grammar, std::string_view word) {
  const std::size_t equals = word.find('=');
  const std::string_view key = word.substr(0, equals);
  const std::string_view text = word.substr(equals + 1);
  if (key == "for_ms") {
    const auto value = number<double>(text);
    if (!value || !(*value >= 0 && *value <= kLastingMsMax)) return false;
    action.lasting = std::chrono::microseconds(static_cast<std::int64_t>(*value * 1e3 + 0.5));
    return true;
  }
  const auto value = number<std::int64_t>(text);
  if (!value || grammar.amount.empty() || key != grammar.amount) return false;
  action.amount = *value;
  return true;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

std::string_view word_of(Verb verb) {
  return grammar_of(verb).word;
}

std::optional<Verb> verb_of(std::string_view word) {
  for (const Grammar& grammar : kGrammar)
    if (grammar.word == word) return grammar.verb;
  return std::nullopt;
}

std::string text_of(const Action& action) {
  const Grammar& grammar = grammar_of(action.verb);
  std::string line =
      fmt::format("t={:.6f} {}", std::chrono::duration<double>(action.at).count(), grammar.word);
  if (!action.left.empty()) line += " " + ids(action.left);
  if (!action.right.empty())
    line += fmt::format(" {} {}", separator_of(grammar.form), ids(action.right));
  if (!action.text.empty()) line += " " + action.text;
  if (!grammar.amount.empty()) line += fmt::format(" {}={}", grammar.amount, action.amount);
  if (action.lasting > base::Duration{})
    line += fmt::format(" for_ms={}", base::in_ms(action.lasting));
  return line;
}

std::variant<Action, std::string> parse_action(std::string_view line, int nodes) {
  std::vector<std::string> words = words_of(line);
  if (words.size() < 2 || !words[0].starts_with("t=")) return "expected: t=<seconds> <verb> ...";
  const auto seconds = number<double>(std::string_view(words[0]).substr(2));
  if (!seconds || *seconds < 0 || *seconds > 1e6) return "a time is t=<seconds>, 0 to 1000000";
  const auto verb = verb_of(words[1]);
  if (!verb) return fmt::format("unknown verb: {}", words[1]);
  const Grammar& grammar = grammar_of(*verb);
  Action action;
  action.at = std::chrono::microseconds(static_cast<std::int64_t>(*seconds * 1e6 + 0.5));
  action.verb = *verb;
  std::size_t next = 2;
  if (grammar.form != Form::Nothing) {
    auto left = words.size() > next ? parse_ids(words[next++], nodes) : std::nullopt;
    if (!left || (grammar.form != Form::Groups && left->size() != 1))
      return fmt::format("{} needs a node, 0..{}", grammar.word, nodes - 1);
    action.left = *left;
  }
  if (const std::string_view separator = separator_of(grammar.form); !separator.empty()) {
    if (words.size() < next + 2 || words[next] != separator)
      return fmt::format("{} needs: <node> {} <node>", grammar.word, separator);
    auto right = parse_ids(words[next + 1], nodes);
    if (!right || (grammar.form != Form::Groups && right->size() != 1))
      return fmt::format("{} needs nodes, 0..{}", grammar.word, nodes - 1);
    action.right = *right;
    next += 2;
  }
  if (grammar.form == Form::Text) {
    const std::size_t at = line.find(words[2], line.find(words[1]) + words[1].size());
    const std::size_t text = line.find(' ', at);
    if (text == std::string_view::npos) return "line needs a text";
    action.text = line.substr(text + 1);
    return action;
  }
  for (; next < words.size(); ++next)
    if (!take_setting(action, grammar, words[next]))
      return fmt::format("{} does not take {}", grammar.word, words[next]);
  return action;
}

}  // namespace ovid::sim
