#pragma once
// What the machine and the environment say before the command line does; read once, in main.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ovid::app {

/// Ports that the kernel gives to outgoing connections (ip(7), ip_local_port_range), inclusive.
struct PortRange {
  int first = 32768;
  int last = 60999;
  bool operator==(const PortRange&) const = default;
};

/// A variable of the environment, empty if there is none.
using Environment = std::function<std::string(const char*)>;

struct Surroundings {
  PortRange ephemeral;
  /// Ports that are never given although they are in that range (ip_local_reserved_ports).
  std::vector<PortRange> reserved;
  Environment variable = [](const char*) { return std::string(); };
};

PortRange ephemeral_ports();
/// As the kernel writes them: "8080,9000-9099"; what cannot be read is left out.
std::vector<PortRange> read_ports(std::string_view text);
Surroundings surroundings();

}  // namespace ovid::app
