#include "ovid/app/options.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fmt/format.h>

#include "ovid/base/ids.hpp"
#include "ovid/wire/body.hpp"

namespace ovid::app {
namespace {

constexpr int kMasterPortMin = 10000;  // below: reserved for the nodes among themselves
constexpr int kPortMin = 1024;
constexpr int kPortMax = 65535;
constexpr const char* kNodeUsage = "ovid node <id> <n> <master-port> [options]";

/// The command line as typed; everything that has a range is an int of its unit.
struct Raw {
  int id = 0;
  int nodes = 0;
  int master_port = 0;
  int base_port = 3000;
  std::string host = "127.0.0.1";
  base::Severity log_level = base::Severity::Info;
  int silence_ms = 600;
  int ping_ms = 0;  // 0: half of silence_ms
  int hello_ms = 100;
  int retry_ms_max = 1000;
  int mute_ms = 1000;
  int connect_ms_max = 500;
  int handshake_ms_max = 1000;
  int unacked_mib_max = 64;
  std::vector<std::string> peers;
};

const std::map<std::string, base::Severity> kSeverities{{"debug", base::Severity::Debug},
                                                        {"info", base::Severity::Info},
                                                        {"warning", base::Severity::Warning},
                                                        {"error", base::Severity::Error}};

/// All pairs talk: in a large grid each node waits longer by default, so that it spends no more on
/// pings, and so that a grid which starts at once on few processors is not in its own way.
struct Wait {
  const char* name;
  int Raw::*value;
  int least, most;
  int ms_per_node;
  const char* text;
};
constexpr std::array<Wait, 5> kWaits{{
    {"--silence-ms", &Raw::silence_ms, 20, 60000, 9, "a peer not heard for so many ms is down"},
    {"--hello-ms", &Raw::hello_ms, 1, 10000, 10,
     "ms until a connected peer that does not answer is greeted again; doubles up to 8 times as "
     "long"},
    {"--mute-ms", &Raw::mute_ms, 10, 60000, 20,
     "ms until a connection on which a peer does not answer is made anew; doubles up to 8 times as "
     "long"},
    {"--connect-ms-max", &Raw::connect_ms_max, 10, 60000, 20,
     "ms until an attempt to connect is given up"},
    {"--handshake-ms-max", &Raw::handshake_ms_max, 10, 60000, 40,
     "ms until a connection without a ZMTP handshake is closed"},
}};

void add_number(CLI::App& app, const char* name, int& value, int least, int most,
                const std::string& text) {
  app.add_option(name, value, text)->check(CLI::Range(least, most))->capture_default_str();
}

void declare(CLI::App& node, Raw& raw) {
  node.add_option("id", raw.id, "this node's id, 0..n-1")->required();
  node.add_option("n", raw.nodes, "size of the grid, 1..1000")->required();
  node.add_option("master-port", raw.master_port, "TCP port for masters' text lines, 10000..65535")
      ->required();
  add_number(node, "--base-port", raw.base_port, kPortMin, kPortMax,
             "node i listens for its peers on base-port + i");
  node.add_option("--host", raw.host, "IPv4 address to listen on and to find the peers at")
      ->capture_default_str();
  node.add_option("--log-level", raw.log_level, "least severity logged to standard error")
      ->transform(CLI::CheckedTransformer(kSeverities).description("debug|info|warning|error"))
      ->default_str("info");
  for (const Wait& wait : kWaits)
    add_number(
        node, wait.name, raw.*wait.value, wait.least, wait.most,
        fmt::format("{}; by default {} a node, if that is more", wait.text, wait.ms_per_node));
  add_number(node, "--ping-ms", raw.ping_ms, 0, 30000,
             "ms between two pings to a peer, at most half of silence-ms; 0: half of it");
  add_number(node, "--retry-ms-max", raw.retry_ms_max, 1, 60000,
             "longest pause in ms between two attempts to connect to an absent peer");
  add_number(node, "--unacked-mib-max", raw.unacked_mib_max, 1, 65536,
             "MiB of unacknowledged records per peer until the master is made to wait");
  node.add_option("--peer", raw.peers,
                  "<id>=<IPv4 address>:<port>, where a peer is found that is not at host:base-port "
                  "+ id, for example behind a relay; once for each such peer")
      ->allow_extra_args(false);
}

bool is_address(const std::string& host) {
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

/// <id>=<host>:<port>
std::optional<std::pair<base::NodeId, net::Address>> read_peer(const std::string& text,
                                                               const Raw& raw) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.rfind(':');
  if (equals == std::string::npos || colon == std::string::npos || colon < equals)
    return std::nullopt;
  int id = 0;
  net::Address address{text.substr(equals + 1, colon - equals - 1), 0};
  if (!CLI::detail::lexical_cast(text.substr(0, equals), id) || id < 0 || id >= raw.nodes ||
      id == raw.id || !is_address(address.host) ||
      !CLI::detail::lexical_cast(text.substr(colon + 1), address.port) || address.port < 1 ||
      address.port > kPortMax)
    return std::nullopt;
  return std::pair(base::NodeId{static_cast<std::uint16_t>(id)}, address);
}

void allow_for_size(const CLI::App& node, Raw& raw) {
  for (const Wait& wait : kWaits)
    if (node.get_option(wait.name)->count() == 0)
      raw.*wait.value =
          std::max(raw.*wait.value, wait.ms_per_node * std::min(raw.nodes, base::kNodesMax));
}

/// The first thing that is wrong, empty if nothing is.
std::string complaint(const Raw& raw, const PortRange& ephemeral) {
  if (raw.nodes < 1 || raw.nodes > base::kNodesMax)
    return fmt::format("n {} is not in 1..{}", raw.nodes, base::kNodesMax);
  if (raw.id < 0 || raw.id >= raw.nodes)
    return fmt::format("id {} is not in 0..{}", raw.id, raw.nodes - 1);
  if (raw.master_port < kMasterPortMin || raw.master_port > kPortMax)
    return fmt::format("master-port {} is not in {}..{}", raw.master_port, kMasterPortMin,
                       kPortMax);
  const int last = raw.base_port + raw.nodes - 1;
  if (last > kPortMax)
    return fmt::format("--base-port {}: {} nodes need ports up to {}, which is beyond {}",
                       raw.base_port, raw.nodes, last, kPortMax);
  if (raw.base_port <= ephemeral.last && last >= ephemeral.first)
    return fmt::format(
        "--base-port {}: ports {}..{} touch the ephemeral ports {}..{}, where a connection to an "
        "absent peer can end up connected to itself",
        raw.base_port, raw.base_port, last, ephemeral.first, ephemeral.last);
  if (raw.master_port >= raw.base_port && raw.master_port <= last)
    return fmt::format("master-port {} is one of the mesh ports {}..{}", raw.master_port,
                       raw.base_port, last);
  if (!is_address(raw.host)) return fmt::format("--host {} is not an IPv4 address", raw.host);
  if (raw.ping_ms * 2 > raw.silence_ms)
    return fmt::format("--ping-ms {} is more than half of --silence-ms {}", raw.ping_ms,
                       raw.silence_ms);
  for (const std::string& peer : raw.peers)
    if (!read_peer(peer, raw))
      return fmt::format("--peer {} is not <id of a peer>=<IPv4 address>:<port>", peer);
  return {};
}

NodeOptions options_of(const Raw& raw) {
  using std::chrono::milliseconds;
  const base::NodeId self{static_cast<std::uint16_t>(raw.id)};
  NodeOptions options;
  options.door.port = raw.master_port;
  options.least_severity = raw.log_level;
  options.mesh = {.self = self,
                  .nodes = raw.nodes,
                  .host = raw.host,
                  .base_port = raw.base_port,
                  .elsewhere = {},
                  .connect_max = milliseconds(raw.connect_ms_max),
                  .handshake_max = milliseconds(raw.handshake_ms_max)};
  for (const std::string& peer : raw.peers) options.mesh.elsewhere.insert(*read_peer(peer, raw));
  link::Config& links = options.links;
  links.self = self;
  links.nodes = raw.nodes;
  links.silence = milliseconds(raw.silence_ms);
  links.ping = raw.ping_ms > 0 ? milliseconds(raw.ping_ms) : links.silence / 2;
  links.hello = milliseconds(raw.hello_ms);
  links.retry_most = milliseconds(raw.retry_ms_max);
  links.mute = milliseconds(raw.mute_ms);
  links.attempt = options.mesh.connect_max + options.mesh.handshake_max + milliseconds(500);
  links.unstoppable_bytes = 2 * wire::kBodyBytesMax;
  links.unacked_bytes_max = static_cast<std::size_t>(raw.unacked_mib_max) << 20;
  return options;
}

/// How the command is used that somebody tried to type, or else a node.
std::string usage_of(const std::string& command) {
  const std::string usage = command == "sim" || command == "bench"
                                ? fmt::format("ovid {} [options]", command)
                                : kNodeUsage;
  return fmt::format("{} ({} --help tells more)", usage, usage.substr(0, usage.find(' ', 5)));
}

/// On one line, whatever the arguments held.
Answer usage_error(std::string what, const std::string& command) {
  std::replace_if(
      what.begin(), what.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return {fmt::format("ovid: {}; usage: {}\n", what, usage_of(command)), 2};
}

}  // namespace

PortRange ephemeral_ports() {
  PortRange range;
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  if (PortRange read; file >> read.first >> read.last) range = read;
  return range;
}

std::variant<NodeOptions, SimOptions, BenchOptions, Answer> parse(int argc, const char* const* argv,
                                                                  const PortRange& ephemeral) {
  const std::string command = argc > 1 ? argv[1] : "";
  Raw raw;
  CLI::App app("Ovid: a messaging substrate for distributed systems, and its chatroom", "ovid");
  app.set_version_flag("--version", "ovid " OVID_VERSION);
  app.require_subcommand(1);
  CLI::App* node = app.add_subcommand("node", "run one node of a grid until SIGTERM or SIGINT");
  node->set_version_flag("--version", "ovid " OVID_VERSION);
  declare(*node, raw);
  RawSim raw_sim;
  CLI::App* sim = app.add_subcommand("sim", "run grids in the deterministic simulator");
  sim->set_version_flag("--version", "ovid " OVID_VERSION);
  declare_sim(*sim, raw_sim);
  RawBench raw_bench;
  CLI::App* bench = app.add_subcommand("bench", "measure the chatroom, and bare libzmq beside it");
  bench->set_version_flag("--version", "ovid " OVID_VERSION);
  declare_bench(*bench, raw_bench);
  if (argc > 1 && argv[1][0] != '-' &&
      app.get_subcommands([&](const CLI::App* each) { return each->get_name() == argv[1]; })
          .empty())
    return usage_error(fmt::format("unknown command: {}", command), command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Answer{app.help()};
  } catch (const CLI::CallForVersion&) {
    return Answer{"ovid " OVID_VERSION "\n"};
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what(), command);
  }
  if (sim->parsed()) {
    auto options = sim_options_of(raw_sim);
    if (const auto* what = std::get_if<std::string>(&options)) return usage_error(*what, command);
    return std::get<SimOptions>(std::move(options));
  }
  if (bench->parsed()) {
    auto options = bench_options_of(raw_bench);
    if (const auto* what = std::get_if<std::string>(&options)) return usage_error(*what, command);
    return std::get<BenchOptions>(std::move(options));
  }
  allow_for_size(*node, raw);
  if (const std::string what = complaint(raw, ephemeral); !what.empty())
    return usage_error(what, command);
  return options_of(raw);
}

}  // namespace ovid::app
