#include "ovid/app/node_options.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fmt/format.h>

#include "ovid/base/ids.hpp"
#include "ovid/base/numbers.hpp"
#include "ovid/wire/body.hpp"
#include "ovid/wire/hello.hpp"

namespace ovid::app {
namespace {

constexpr int kMasterPortMin = 10000;  // lower ones are reserved for mesh ports
constexpr int kPortMin = 1024;
constexpr int kPortMax = 65535;

const Choices<base::Severity> kSeverities{{"trace", base::Severity::Trace},
                                          {"debug", base::Severity::Debug},
                                          {"info", base::Severity::Info},
                                          {"warning", base::Severity::Warning},
                                          {"error", base::Severity::Error}};
const Choices<LogFormat> kLogFormats{{"text", LogFormat::Text}, {"json", LogFormat::Json}};
const Choices<net::Answers> kAnswers{{"lines", net::Answers::Lines},
                                     {"length", net::Answers::Length}};
/// The answers that the lab's masters of a year expect.
const Choices<net::Answers> kDialects{{"2016", net::Answers::Lines},
                                      {"2017", net::Answers::Lines},
                                      {"2018", net::Answers::Length},
                                      {"2019", net::Answers::Length}};
const Choices<bool> kYesOrNo{{"1", true},      {"0", false},  {"true", true},
                             {"false", false}, {"yes", true}, {"no", false}};

/// The waits of a node. Defaults depend on the grid (link::Config::for_grid).
struct Wait {
  const char* name;
  int RawNode::*value;
  int min, max;
  base::Duration link::Config::*suits;
  const char* text;
};
constexpr std::array<Wait, 5> kWaits{{
    {"--silence-ms", &RawNode::silence_ms, 20, 60000, &link::Config::silence,
     "a peer from which nothing was received for so many ms is down"},
    {"--hello-ms", &RawNode::hello_ms, 1, 10000, &link::Config::hello,
     "ms until a connected peer that does not answer is greeted again; doubles each time, up to 8 "
     "times the value"},
    {"--mute-ms", &RawNode::mute_ms, 10, 60000, &link::Config::mute,
     "ms until a connection on which a peer does not answer is closed and made again; doubles each "
     "time, up to 8 times the value"},
    {"--connect-ms-max", &RawNode::connect_ms_max, 10, 60000, &link::Config::connect_max,
     "ms until an attempt to connect is given up"},
    {"--handshake-ms-max", &RawNode::handshake_ms_max, 10, 60000, &link::Config::handshake_max,
     "ms until a connection without a ZMTP handshake is closed"},
}};

/// The defaults for a grid with so many nodes on this machine.
int ms_of(const Wait& wait, int nodes_here) {
  const link::Config config = link::Config::for_grid({}, nodes_here, nodes_here);
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::milliseconds>(config.*wait.suits).count());
}

Take take_grid(std::string& grid) {
  return [&grid](const std::string& called, const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      if (!wire::is_grid_name(text))
        refuse(called, text,
               fmt::format("is not 0 to {} of A-Z a-z 0-9 . _ -", wire::kGridNameBytesMax));
    take_text(grid)(called, texts);
  };
}

bool is_address(const std::string& host) {
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

Take take_address(std::string& host) {
  return [&host](const std::string& called, const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
      if (!is_address(text)) refuse(called, text, "is not an IPv4 address");
    take_text(host)(called, texts);
  };
}

/// An environment variable that sets an option which was not given.
struct Variable {
  const char* name;
  const char* option;
  Take take;
};

std::array<Variable, 5> variables_of(RawNode& raw) {
  return {{{"OVID_BASE_PORT", "--base-port", take_integer(raw.base_port, kPortMin, kPortMax)},
           {"OVID_GRID", "--grid", take_grid(raw.grid)},
           {"OVID_DIALECT", "--answers", take_choice(raw.answers, kDialects)},
           {"OVID_EPHEMERAL_OK", "--ephemeral-ok", take_choice(raw.ephemeral_ok, kYesOrNo)},
           {"OVID_LOG_FORMAT", "--log-format", take_choice(raw.log.format, kLogFormats)}}};
}

void declare_addresses(CLI::App& node, RawNode& raw) {
  add(node, "id", "0..n-1", take_integer(raw.id, 0, base::kNodesMax - 1), "this node's id")
      ->required();
  add(node, "n", fmt::format("1..{}", base::kNodesMax), take_integer(raw.nodes, 1, base::kNodesMax),
      "size of the grid")
      ->required();
  add(node, "master-port", fmt::format("{}..{}", kMasterPortMin, kPortMax),
      take_integer(raw.master_port, kMasterPortMin, kPortMax), "TCP port for clients' text lines")
      ->required();
  add_integer(node, "--base-port", raw.base_port, kPortMin, kPortMax,
              "node i listens for its peers on base-port + i (or OVID_BASE_PORT)");
  add(node, "--host", "ADDRESS", take_address(raw.host),
      "IPv4 address to listen on for peers and to find them at")
      ->default_str(raw.host);
  add(node, "--master-host", "ADDRESS", take_address(raw.master_host),
      "IPv4 address to listen on for clients, whatever --host is: a client needs no password")
      ->default_str(raw.master_host);
  add(
      node, "--peer", "ID=ADDRESS:PORT",
      [&raw](const std::string&, const std::vector<std::string>& texts) { raw.peers = texts; },
      "address of a peer that is not at host:base-port + id, for example behind a relay; once for "
      "each such peer");
  add_flag(node, "--ephemeral-ok", raw.ephemeral_ok,
           "accept ports that the kernel gives to outgoing connections (or OVID_EPHEMERAL_OK=1)");
}

/// <id>=<host>:<port>
std::optional<std::pair<base::NodeId, net::Address>> read_peer(std::string_view text,
                                                               const RawNode& raw) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.rfind(':');
  if (equals == std::string_view::npos || colon == std::string_view::npos || colon < equals)
    return std::nullopt;
  const auto id = base::read_integer(text.substr(0, equals), 0, raw.nodes - 1);
  const std::string host(text.substr(equals + 1, colon - equals - 1));
  const auto port = base::read_integer(text.substr(colon + 1), 1, kPortMax);
  if (!id || *id == raw.id || !is_address(host) || !port) return std::nullopt;
  return std::pair(base::NodeId{static_cast<std::uint16_t>(*id)}, net::Address{host, *port});
}

/// The first error in the addresses of peers; empty if there is none.
std::string complaint_about_peers(const RawNode& raw) {
  std::map<base::NodeId, std::pair<net::Address, std::string>> found;
  for (const std::string& text : raw.peers) {
    const auto peer = read_peer(text, raw);
    if (!peer)
      return fmt::format("--peer {} is not <id of a peer, 0..{}>=<IPv4 address>:<port, 1..{}>",
                         text, raw.nodes - 1, kPortMax);
    const auto& [id, address] = *peer;
    const auto [first, is_new] = found.try_emplace(id, address, text);
    const net::Address& before = first->second.first;
    if (!is_new && (before.host != address.host || before.port != address.port))
      return fmt::format("--peer is given twice for {}: {} and {}", id.value, first->second.second,
                         text);
  }
  return {};
}

/// The range of those ports that are ephemeral.
std::optional<PortRange> ephemeral_part(const PortRange& ports, const Surroundings& surroundings) {
  const auto is_given = [&](int port) {
    return port >= surroundings.ephemeral.first && port <= surroundings.ephemeral.last &&
           std::none_of(surroundings.reserved.begin(), surroundings.reserved.end(),
                        [port](const PortRange& r) { return r.first <= port && port <= r.last; });
  };
  std::optional<PortRange> part;
  for (int port = ports.first; port <= ports.last; ++port)
    if (is_given(port)) part = {part ? part->first : port, port};
  return part;
}

/// The command that reserves the ports, in addition to those that are reserved.
std::string cure(const PortRange& ports, const Surroundings& surroundings) {
  std::string all;
  std::vector<PortRange> reserved = surroundings.reserved;
  reserved.push_back(ports);
  for (const PortRange& each : reserved)
    all += fmt::format(fmt::runtime(each.first == each.last ? "{}{}" : "{}{}-{}"),
                       all.empty() ? "" : ",", each.first, each.last);
  return fmt::format("to reserve them, as root: sysctl -w net.ipv4.ip_local_reserved_ports={}",
                     all);
}

/// The first error; empty if there is none.
std::string complaint(const RawNode& raw, const Surroundings& surroundings) {
  if (raw.id >= raw.nodes) return fmt::format("id {} is not in 0..{}", raw.id, raw.nodes - 1);
  const int last = raw.base_port + raw.nodes - 1;
  if (last > kPortMax)
    return fmt::format("--base-port {}: {} nodes need ports up to {}, the maximum is {}",
                       raw.base_port, raw.nodes, last, kPortMax);
  const auto given = ephemeral_part({raw.base_port, last}, surroundings);
  if (given && !raw.ephemeral_ok)
    return fmt::format(
        "--base-port {}: ports {}..{} touch the ephemeral ports {}..{}, where a connection to an "
        "absent peer can end up connected to itself; {}; --ephemeral-ok accepts them",
        raw.base_port, raw.base_port, last, surroundings.ephemeral.first,
        surroundings.ephemeral.last, cure(*given, surroundings));
  if (raw.master_port >= raw.base_port && raw.master_port <= last)
    return fmt::format("master-port {} is one of the mesh ports {}..{}", raw.master_port,
                       raw.base_port, last);
  if (raw.nodes_here > raw.nodes)
    return fmt::format("--nodes-here {} is more than the grid's {}", raw.nodes_here, raw.nodes);
  if (raw.silence_ms_max > 0 && raw.silence_ms_max < raw.silence_ms)
    return fmt::format("--silence-ms-max {} is less than --silence-ms {}", raw.silence_ms_max,
                       raw.silence_ms);
  if (raw.ping_ms * 2 > raw.silence_ms)
    return fmt::format("--ping-ms {} is more than half of --silence-ms {}", raw.ping_ms,
                       raw.silence_ms);
  return complaint_about_peers(raw);
}

/// Within one machine no packet is lost. Behind a relay there may be any network.
bool within_this_machine(const RawNode& raw) {
  constexpr std::string_view kLoopback = "127.";
  return raw.host.starts_with(kLoopback) && raw.peers.empty();
}

base::Duration silence_max_of(const RawNode& raw) {
  if (raw.silence_ms_max > 0) return std::chrono::milliseconds(raw.silence_ms_max);
  return within_this_machine(raw) ? base::Duration{} : link::kSilenceMax;
}

NodeOptions options_of(const RawNode& raw) {
  using std::chrono::milliseconds;
  const base::NodeId self{static_cast<std::uint16_t>(raw.id)};
  NodeOptions options;
  options.door = {.host = raw.master_host, .port = raw.master_port, .answers = raw.answers};
  options.log = raw.log;
  options.mesh = {.self = self,
                  .nodes = raw.nodes,
                  .host = raw.host,
                  .base_port = raw.base_port,
                  .elsewhere = {}};
  for (const std::string& peer : raw.peers) options.mesh.elsewhere.insert(*read_peer(peer, raw));
  link::Config& links = options.links;
  links.self = self;
  links.nodes = raw.nodes;
  links.grid = raw.grid;
  links.silence = milliseconds(raw.silence_ms);
  links.silence_max = silence_max_of(raw);
  links.ping = raw.ping_ms > 0 ? milliseconds(raw.ping_ms) : links.silence / 2;
  links.hello = milliseconds(raw.hello_ms);
  links.retry_max = milliseconds(raw.retry_ms_max);
  links.mute = milliseconds(raw.mute_ms);
  links.connect_max = milliseconds(raw.connect_ms_max);
  links.handshake_max = milliseconds(raw.handshake_ms_max);
  options.mesh.handshake_max =
      std::max(options.mesh.handshake_max, milliseconds(raw.handshake_ms_max));
  links.unstoppable_bytes = 2 * (wire::kContentsBytesMax + wire::kBodyBytesMax);
  links.unacked_bytes_max = static_cast<std::size_t>(raw.unacked_mib_max) << 20;
  return options;
}

}  // namespace

void declare_node(CLI::App& node, RawNode& raw) {
  declare_addresses(node, raw);
  add(node, "--grid", "NAME", take_grid(raw.grid),
      fmt::format("name of the grid; nodes of other grids are not peers. 0 to {} of A-Z a-z 0-9 "
                  ". _ - (or OVID_GRID)",
                  wire::kGridNameBytesMax));
  add(node, "--answers", "lines|length", take_choice(raw.answers, kAnswers),
      "how clients get answers: as lines, or as <length>-<text> (or OVID_DIALECT, the year of the "
      "lab's master: 2016, 2017, 2018, 2019)")
      ->default_str("lines");
  add(node, "--log-level", "trace|debug|info|warning|error",
      take_choice(raw.log.severity, kSeverities),
      "the lowest severity that is logged to standard error; trace: every message and every line")
      ->default_str("info");
  add(node, "--log-format", "text|json", take_choice(raw.log.format, kLogFormats),
      "the log as text or as one JSON object a line (or OVID_LOG_FORMAT)")
      ->default_str("text");
  for (const Wait& wait : kWaits)
    add_integer(
        node, wait.name, raw.*wait.value, wait.min, wait.max,
        fmt::format("{}; the default grows with the grid: {} ms for 100 nodes, {} ms for 1000",
                    wait.text, ms_of(wait, 100), ms_of(wait, 1000)));
  add_integer(
      node, "--nodes-here", raw.nodes_here, 0, base::kNodesMax,
      "how many of the grid's nodes run on this machine; fewer allow shorter waits; 0: all");
  add_integer(node, "--silence-ms-max", raw.silence_ms_max, 0, 60000,
              "up to so many ms the silence limit of a peer grows by itself on a path that has "
              "long round trips or loses packets, at least silence-ms; 0: 3000, but silence-ms if "
              "--host is a loopback address and there is no --peer");
  add_integer(node, "--ping-ms", raw.ping_ms, 0, 30000,
              "ms between two pings to a peer, at most half of silence-ms; 0: half of it");
  add_integer(node, "--retry-ms-max", raw.retry_ms_max, 1, 60000,
              "longest pause in ms between two attempts to connect to an absent peer");
  add_integer(node, "--unacked-mib-max", raw.unacked_mib_max, 1, 65536,
              "MiB of unacknowledged records per peer at which clients' lines are no longer read");
}

void complete_node(const CLI::App& node, const Environment& variable, RawNode& raw) {
  for (const Variable& each : variables_of(raw))
    if (node.get_option(each.option)->count() == 0)
      if (const std::string text = variable(each.name); !text.empty()) each.take(each.name, {text});
  for (const Wait& wait : kWaits)
    if (node.get_option(wait.name)->count() == 0)
      raw.*wait.value = ms_of(wait, raw.nodes_here > 0 ? raw.nodes_here : raw.nodes);
}

std::variant<NodeOptions, std::string> node_options_of(const RawNode& raw,
                                                       const Surroundings& surroundings) {
  if (const std::string what = complaint(raw, surroundings); !what.empty()) return what;
  NodeOptions options = options_of(raw);
  const auto is_ephemeral = [&](int port) {
    return ephemeral_part({port, port}, surroundings).has_value();
  };
  // The mesh ports can be ephemeral with --ephemeral-ok only, see complaint().
  options.mesh.may_meet_itself =
      raw.ephemeral_ok ||
      std::any_of(options.mesh.elsewhere.begin(), options.mesh.elsewhere.end(),
                  [&](const auto& peer) { return is_ephemeral(peer.second.port); });
  const PortRange door{raw.master_port, raw.master_port};
  if (const auto shared = ephemeral_part(door, surroundings); shared && !raw.ephemeral_ok)
    options.remarks.push_back(fmt::format(
        "master port {} is one of the ephemeral ports {}..{}: while no node listens there, any "
        "program's connection can take it; {}",
        raw.master_port, surroundings.ephemeral.first, surroundings.ephemeral.last,
        cure(*shared, surroundings)));
  return options;
}

}  // namespace ovid::app
