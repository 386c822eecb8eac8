// The state machine itself: it accepts the sequences that link/transport.hpp lists, and no others.

#include "sequences.hpp"

#include <regex>
#include <string>

#include <gtest/gtest.h>

namespace ovid::transport_test {
namespace {

using link::Report;

constexpr base::NodeId kPeer{1};

Report report_of(char letter) {
  switch (letter) {
    case 'C':
      return Report::Connected;
    case 'D':
      return Report::Disconnected;
    case 'R':
      return Report::Refused;
    case 'U':
      return Report::Unreachable;
    default:
      return Report::Writable;
  }
}

/// Whether the reports of one attempt, each given by its initial, are accepted. After each report
/// one message is refused.
bool accepts(const std::string& reports) {
  Sequences sequences;
  sequences.connect(kPeer);
  for (const char letter : reports) {
    sequences.reported(kPeer, report_of(letter));
    sequences.sent(kPeer, false);
  }
  return !sequences.violation();
}

/// Compares all sequences that begin with `reports` and have up to `more` further reports. Returns
/// how many sequences were compared.
int compare_with_the_list(const std::string& reports, int more) {
  static const std::regex list("|R|U|D|CW*|CW*D|CW*R");
  EXPECT_EQ(accepts(reports), std::regex_match(reports, list)) << reports;
  if (more == 0) return 1;
  int compared = 1;
  for (const char letter : {'C', 'D', 'R', 'U', 'W'})
    compared += compare_with_the_list(reports + letter, more - 1);
  return compared;
}

TEST(TheSequences, AreTheListedOnesAndNoOther) {
  EXPECT_EQ(compare_with_the_list("", 5), 1 + 5 + 25 + 125 + 625 + 3125);
}

TEST(TheSequences, BeginAnewWithEachAttempt) {
  Sequences sequences;
  for (const char* attempt : {"CWD", "R", "C", "U", "CWW", "CR"}) {
    sequences.connect(kPeer);
    for (const char* letter = attempt; *letter != '\0'; ++letter) {
      sequences.reported(kPeer, report_of(*letter));
      sequences.sent(kPeer, false);
    }
  }
  EXPECT_EQ(sequences.violation(), std::nullopt);
}

TEST(TheSequences, AreOfEachPeerAlone) {
  Sequences sequences;
  sequences.connect(kPeer);
  sequences.reported(kPeer, Report::Connected);
  sequences.reported({2}, Report::Disconnected);
  EXPECT_EQ(sequences.violation(), "peer 2: Disconnected after no attempt");
}

TEST(TheSequences, HaveNoWritableWhereNoMessageWasRefused) {
  Sequences sequences;
  sequences.connect(kPeer);
  sequences.sent(kPeer, false);  // there is no connection yet
  sequences.reported(kPeer, Report::Connected);
  sequences.sent(kPeer, true);
  EXPECT_EQ(sequences.violation(), std::nullopt);
  sequences.reported(kPeer, Report::Writable);
  EXPECT_EQ(sequences.violation(), "peer 1: Writable after Connected");
}

TEST(TheSequences, HaveMessagesOnMadeConnectionsAlone) {
  for (const char* reports : {"", "R", "U", "D", "CD", "CR"}) {
    Sequences sequences;
    sequences.connect(kPeer);
    for (const char* letter = reports; *letter != '\0'; ++letter)
      sequences.reported(kPeer, report_of(*letter));
    EXPECT_EQ(sequences.violation(), std::nullopt);
    sequences.sent(kPeer, true);
    EXPECT_NE(sequences.violation(), std::nullopt) << reports;
  }
}

}  // namespace
}  // namespace ovid::transport_test
