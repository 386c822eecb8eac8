#include "ovid/sim/action.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ovid/base/numbers.hpp"

namespace ovid::sim {
namespace {

constexpr double kLastingMsMax = 1e9;
constexpr double kSecondsMax = 1e6;

/// How the arguments of a verb are written.
enum class Form : std::uint8_t { Nothing, Node, Groups, Arrow, Pair, Text };

struct Grammar {
  Verb verb;
  std::string_view word;
  Form form;
  std::string_view amount{};  // key of the number that the verb takes, empty if it takes none
  std::int64_t min = 0, max = 0;
  std::int64_t without = 0;  // the number if the line has none; 0: the line must have one
  bool lasts = true;         // takes for_ms
  bool quality = false;      // takes the settings of a path's quality
};

constexpr std::array kGrammar{
    Grammar{Verb::Crash, "crash", Form::Node},
    Grammar{Verb::Restart, "restart", Form::Node},
    Grammar{Verb::Pause, "pause", Form::Node},
    Grammar{Verb::Continue, "continue", Form::Node},
    Grammar{Verb::Partition, "partition", Form::Groups},
    Grammar{Verb::Block, "block", Form::Arrow},
    Grammar{Verb::Hold, "hold", Form::Arrow},
    Grammar{Verb::Deliver, "deliver", Form::Arrow, "count", 1, 1'000'000, 1, false},
    Grammar{Verb::Release, "release", Form::Arrow, "", 0, 0, 0, false},
    Grammar{Verb::Heal, "heal", Form::Nothing},
    Grammar{Verb::Cut, "cut", Form::Pair},
    Grammar{Verb::Poor, "poor", Form::Arrow, "", 0, 0, 0, true, true},
    Grammar{Verb::Refuse, "refuse", Form::Arrow},
    Grammar{Verb::Slow, "slow", Form::Node, "by_ms", 1, 1'000'000},
    Grammar{Verb::Late, "late", Form::Node, "by_ms", 1, 1'000'000},
    Grammar{Verb::Drift, "drift", Form::Node, "by_ppm", -500'000, 500'000},
    Grammar{Verb::Duplicate, "duplicate", Form::Nothing, "per_thousand", 1, 1000},
    Grammar{Verb::Corrupt, "corrupt", Form::Nothing, "per_thousand", 1, 1000},
    Grammar{Verb::Forge, "forge", Form::Nothing, "per_s", 1, 1000},
    Grammar{Verb::Settle, "settle", Form::Nothing, "", 0, 0, 0, false},
    Grammar{Verb::Line, "line", Form::Text},
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

std::optional<std::vector<base::NodeId>> parse_ids(std::string_view text, int nodes) {
  const auto numbers = base::read_integers(text, 0, nodes - 1);
  if (!numbers) return std::nullopt;
  std::vector<base::NodeId> found;
  for (const int id : *numbers) found.push_back({static_cast<std::uint16_t>(id)});
  return found;
}

/// The time in a text such as "t=1.5"; nullopt if it is not valid.
std::optional<base::Duration> parse_time(std::string_view word) {
  const auto seconds = base::read_real(word.substr(2), 0, kSecondsMax);
  if (!seconds) return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(*seconds * 1e6 + 0.5));
}

/// The settings that a verb takes, with their ranges.
std::string settings_of(const Grammar& grammar) {
  std::vector<std::string> settings;
  if (!grammar.amount.empty())
    settings.push_back(fmt::format("{}={}..{}", grammar.amount, grammar.min, grammar.max));
  if (grammar.quality) settings.push_back(QualitySettings::all());
  if (grammar.lasts) settings.push_back(fmt::format("for_ms=0..{}", kLastingMsMax));
  return settings.empty() ? "no setting" : fmt::format("{}", fmt::join(settings, " "));
}

/// key=value words at the end of a line.
class Settings {
 public:
  explicit Settings(const Grammar& grammar) : grammar_(grammar) {}

  /// Reads one setting. Returns what is wrong with it, empty if nothing is.
  std::string take(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    const std::string_view text = word.substr(equals == std::string_view::npos ? 0 : equals + 1);
    if (grammar_.lasts && key == "for_ms")
      return put(lasting_ms_, base::read_real(text, 0, kLastingMsMax), word);
    if (grammar_.quality) return take_quality(key, text, word);
    if (grammar_.amount.empty() || key != grammar_.amount) return not_taken(word);
    return put(amount_, base::read_integer(text, grammar_.min, grammar_.max), word);
  }

  /// Writes the settings to the action. Returns what is missing, empty if nothing is.
  std::string give_to(Action& action) const {
    if (!grammar_.amount.empty() && !amount_.set && grammar_.without == 0)
      return fmt::format("{} needs {}={}..{}", grammar_.word, grammar_.amount, grammar_.min,
                         grammar_.max);
    if (grammar_.quality && quality_.empty())
      return fmt::format("{} needs one of {}", grammar_.word, QualitySettings::all());
    action.quality = quality_.quality();
    action.amount = amount_.set ? amount_.value : grammar_.without;
    action.lasting =
        std::chrono::microseconds(static_cast<std::int64_t>(lasting_ms_.value * 1e3 + 0.5));
    return {};
  }

 private:
  std::string take_quality(std::string_view key, std::string_view text, std::string_view word) {
    switch (quality_.take(key, text)) {
      case QualitySettings::Taken::Yes:
        return {};
      case QualitySettings::Taken::Unknown:
      case QualitySettings::Taken::Wrong:
        return not_taken(word);
      case QualitySettings::Taken::Contradiction:
        break;
    }
    return contradicts(word);
  }
  static std::string contradicts(std::string_view word) {
    return fmt::format("{} contradicts what is set before", word);
  }
  std::string not_taken(std::string_view word) const {
    return fmt::format("{} does not take {}", grammar_.word, word);
  }
  template <typename Number>
  struct Place {
    Number value{};
    bool set = false;
  };
  template <typename Number>
  std::string put(Place<Number>& place, std::optional<Number> value, std::string_view word) const {
    if (!value) return not_taken(word);
    if (place.set && place.value != *value) return contradicts(word);
    place = {*value, true};
    return {};
  }

  const Grammar& grammar_;
  Place<double> lasting_ms_;
  Place<std::int64_t> amount_;
  QualitySettings quality_;
};

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

std::string settings_of(Verb verb) {
  return settings_of(grammar_of(verb));
}

std::string text_of(const Action& action) {
  const Grammar& grammar = grammar_of(action.verb);
  std::string line =
      fmt::format("t={:.6f} {}", std::chrono::duration<double>(action.at).count(), grammar.word);
  if (!action.left.empty()) line += " " + ids(action.left);
  if (!action.right.empty())
    line += fmt::format(" {} {}", separator_of(grammar.form), ids(action.right));
  if (!action.text.empty()) line += " " + action.text;
  if (grammar.quality) line += " " + text_of(action.quality);
  if (!grammar.amount.empty()) line += fmt::format(" {}={}", grammar.amount, action.amount);
  if (action.lasting > base::Duration{})
    line += fmt::format(" for_ms={}", base::in_ms(action.lasting));
  return line;
}

std::variant<Action, std::string> parse_action(std::string_view line, int nodes,
                                               std::optional<base::Duration> before) {
  std::vector<std::string> words = words_of(line);
  const bool timed = !words.empty() && words[0].starts_with("t=");
  std::size_t next = timed ? 1 : 0;
  if (words.size() <= next || (!timed && !before)) return "expected: t=<seconds> <verb> ...";
  const auto at = timed ? parse_time(words[0]) : before;
  if (!at) return fmt::format("a time is t=<seconds>, 0 to {}", kSecondsMax);
  const std::string& word = words[next++];
  const auto verb = verb_of(word);
  if (!verb) return fmt::format("unknown verb: {}", word);
  const Grammar& grammar = grammar_of(*verb);
  Action action;
  action.at = *at;
  action.follows = !timed;
  action.verb = *verb;
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
    const std::size_t node = line.find(words[next - 1], line.find(word) + word.size());
    const std::size_t text = line.find_first_of(" \t", node);
    if (text == std::string_view::npos) return "line needs a text";
    action.text = line.substr(text + 1);
    return action;
  }
  Settings settings(grammar);
  for (; next < words.size(); ++next)
    if (std::string what = settings.take(words[next]); !what.empty()) return what;
  if (std::string what = settings.give_to(action); !what.empty()) return what;
  return action;
}

}  // namespace ovid::sim
