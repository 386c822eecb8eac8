#pragma once
// Messages between nodes, made by hand.

#include <string>
#include <vector>

#include "ovid/base/bytes.hpp"
#include "ovid/base/ids.hpp"
#include "ovid/wire/envelope.hpp"

namespace ovid::test {

constexpr base::NodeId id(int value) {
  return {static_cast<std::uint16_t>(value)};
}

/// One message, as its envelope and its body.
struct Message {
  wire::Envelope envelope;
  base::Bytes body;
};

base::Bytes body_of(base::NodeId sender, const std::vector<std::string>& texts);

/// A greeting from a sender that claims to be node `from`. If to_epoch is 0, it echoes no epoch.
struct Greeting {
  int from = 1;
  int to = 0;
  base::Incarnation from_incarnation{0xbad};
  base::Epoch from_epoch{0xbad};
  base::Incarnation to_incarnation{};
  base::Epoch to_epoch{};
  int nodes = 3;
  std::string grid{};
};
Message greeting(const Greeting& words);

}  // namespace ovid::test
