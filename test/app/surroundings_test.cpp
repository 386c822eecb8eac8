#include "ovid/app/surroundings.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ovid::app {
namespace {

TEST(ReservedPorts, AreReadAsTheKernelWritesThem) {
  using Ranges = std::vector<PortRange>;
  EXPECT_EQ(read_ports(""), Ranges{});
  EXPECT_EQ(read_ports("\n"), Ranges{});
  EXPECT_EQ(read_ports("8080\n"), (Ranges{{8080, 8080}}));
  EXPECT_EQ(read_ports("1-4,10-10,65535\n"), (Ranges{{1, 4}, {10, 10}, {65535, 65535}}));
  EXPECT_EQ(read_ports("x,4-1,7-,-7,9"), (Ranges{{9, 9}}));
}

TEST(Surroundings, TheEphemeralPortsAreARangeOfPorts) {
  const PortRange range = ephemeral_ports();
  EXPECT_GT(range.first, 0);
  EXPECT_LE(range.first, range.last);
  EXPECT_LE(range.last, 65535);
}

}  // namespace
}  // namespace ovid::app
