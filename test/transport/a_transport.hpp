#pragma once
// The fixture of all tests of the transport contract. The tests run with each transport.

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "nodes.hpp"
#include <gtest/gtest.h>

namespace ovid::transport_test {

struct World {
  const char* name;
  std::unique_ptr<Stage> (*make)();
};
inline void PrintTo(const World& world, std::ostream* to) {
  *to << world.name;
}

/// Node 0 runs, and it is the node that connects to others.
class ATransport : public testing::TestWithParam<World> {
 protected:
  ATransport() { nodes_.start(0); }
  ~ATransport() override { EXPECT_EQ(nodes_.violations(), ""); }

  std::string reports(int to) { return text_of(nodes_.reports(0, to)); }
  /// Checks that `expected` is everything that is reported of node 0's attempt to reach the peer.
  testing::AssertionResult reports(int to, const std::string& expected) {
    const bool came = nodes_.eventually(
        [&] { return reports(to) == expected || !expected.starts_with(reports(to)); });
    if (came && reports(to) == expected) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "of the attempt to reach node " << to << " is reported: " << reports(to)
           << "; expected: " << expected;
  }
  /// Checks that a message that is sent now reaches the peer, once.
  testing::AssertionResult reaches(int to, const std::string& text) {
    const Texts& received = nodes_.received(to, 0);
    const auto times = [&] { return std::count(received.begin(), received.end(), text); };
    const auto before = times();
    if (!nodes_.eventually([&] { return nodes_.send(0, to, text); }))
      return testing::AssertionFailure() << text << " is not taken";
    if (!nodes_.eventually([&] { return times() == before + 1; }))
      return testing::AssertionFailure() << text << " does not arrive once";
    return testing::AssertionSuccess();
  }
  bool ended(int to) {
    const Reports& all = nodes_.reports(0, to);
    return !all.empty() && (all.back() == Report::Disconnected || all.back() == Report::Refused);
  }

  Nodes nodes_{GetParam().make()};
};

}  // namespace ovid::transport_test
