#pragma once
// What the options depend on besides the command line: environment variables and the kernel's
// settings of ports. Read once, in main.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ovid::app {

/// Ephemeral ports: the kernel gives them to outgoing connections (ip(7), ip_local_port_range).
/// Inclusive.
struct PortRange {
  int first = 32768;
  int last = 60999;
  bool operator==(const PortRange&) const = default;
};

/// A variable of the environment, empty if there is none.
using Environment = std::function<std::string(const char*)>;

struct Surroundings {
  PortRange ephemeral;
  /// Ports of that range that the kernel does not give (ip_local_reserved_ports).
  std::vector<PortRange> reserved;
  Environment variable = [](const char*) { return std::string(); };
};

PortRange ephemeral_ports();
/// Reads a list as the kernel writes it, "8080,9000-9099"; wrong entries are left out.
std::vector<PortRange> read_ports(std::string_view text);
Surroundings surroundings();

}  // namespace ovid::app
