#include "ovid/app/surroundings.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "ovid/base/numbers.hpp"

namespace ovid::app {
namespace {

constexpr int kPortMax = 65535;

}  // namespace

PortRange ephemeral_ports() {
  PortRange range;
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  if (PortRange read; file >> read.first >> read.last) range = read;
  return range;
}

std::vector<PortRange> read_ports(std::string_view text) {
  std::vector<PortRange> ranges;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(",\n"), text.size());
    const std::string_view one = text.substr(0, end);
    const std::size_t dash = std::min(one.find('-'), one.size());
    const auto first = base::read_integer(one.substr(0, dash), 0, kPortMax);
    const auto last =
        dash == one.size() ? first : base::read_integer(one.substr(dash + 1), 0, kPortMax);
    if (first && last && *first <= *last) ranges.push_back({*first, *last});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return ranges;
}

Surroundings surroundings() {
  Surroundings all;
  all.ephemeral = ephemeral_ports();
  std::ifstream file("/proc/sys/net/ipv4/ip_local_reserved_ports");
  std::string text;
  std::getline(file, text);
  all.reserved = read_ports(text);
  all.variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  return all;
}

}  // namespace ovid::app
